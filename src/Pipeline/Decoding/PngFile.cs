using System.Buffers.Binary;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// The chunks of a PNG file, walked once: order, lengths and checksums hold; the pixel data is found, not read.
/// </summary>
internal readonly ref struct PngFile
{
    private const uint Ihdr = 0x49484452;
    private const uint Plte = 0x504C5445;
    private const uint Idat = 0x49444154;
    private const uint Iend = 0x49454E44;
    private const uint Gama = 0x67414D41;
    private const uint Srgb = 0x73524742;
    private const uint Exif = 0x65584966;

    // Rendering intents of sRGB: 0 to 3.
    private const byte MaxIntent = 3;

    // Length, name and checksum around a chunk's data.
    private const int Frame = 12;

    private readonly ReadOnlySpan<byte> _file;
    private readonly int _firstData;

    private PngFile(
        ReadOnlySpan<byte> file, PngHeader header, ReadOnlySpan<byte> palette, int firstData, int dataChunks, long dataBytes)
    {
        _file = file;
        _firstData = firstData;
        Header = header;
        Palette = palette;
        DataChunks = dataChunks;
        DataBytes = dataBytes;
    }

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public PngHeader Header { get; }

    /// <summary>Red, green and blue of each entry; empty without a palette.</summary>
    public ReadOnlySpan<byte> Palette { get; }

    /// <summary>How many IDAT chunks hold the pixel data.</summary>
    public int DataChunks { get; }

    /// <summary>The bytes of all IDAT chunks together.</summary>
    public long DataBytes { get; }

    public int Orientation { get; private init; }

    /// <summary>The declared gamma in units of 1 / 100,000; 0 without one.</summary>
    public int Gamma { get; private init; }

    public long TrailingBytes { get; private init; }

    /// <summary>The data of the only IDAT chunk.</summary>
    public ReadOnlySpan<byte> SingleData => _file.Slice(_firstData + 8, (int)DataBytes);

    public static PngFile Walk(ReadOnlySpan<byte> file, DecoderOptions options, IInflater sums)
    {
        PngHeader header = default;
        ReadOnlySpan<byte> palette = default;
        int position = Signature.Length, chunks = 0, firstData = 0, dataChunks = 0, orientation = 1, gamma = 0;
        bool isSrgb = false;
        long dataBytes = 0;
        uint previous = 0;
        while (true)
        {
            Limits.CheckChunks(++chunks, options);
            uint name = ReadChunk(file, position, options, sums, out ReadOnlySpan<byte> data);
            if ((name == Ihdr) != (chunks == 1))
                throw Bad(name, position, "must be the first chunk, once");
            switch (name)
            {
                case Ihdr when data.Length != PngHeader.Length:
                    throw Bad(name, position, $"has {data.Length} bytes of data instead of {PngHeader.Length}");
                case Ihdr:
                    header = PngHeader.Parse(data, options);
                    break;
                case Plte:
                    if (dataChunks > 0 || !palette.IsEmpty)
                        throw BadPalette("comes twice or after the pixel data");
                    palette = CheckPalette(header, data);
                    break;
                case Idat:
                    if (dataChunks > 0 && previous != Idat)
                        throw Bad(name, position, "is separated from the other pixel data");
                    firstData = dataChunks++ == 0 ? position : firstData;
                    dataBytes += data.Length;
                    break;
                case Gama or Srgb when dataChunks == 0 && palette.IsEmpty && !isSrgb:
                    isSrgb = name == Srgb && data is [<= MaxIntent];
                    gamma = isSrgb ? GammaGrey.Srgb : name == Gama && gamma == 0 ? ParseGamma(data) : gamma;
                    break;
                case Exif:
                    orientation = ExifOrientation.Parse(data);
                    break;
                case Iend:
                    if (dataChunks == 0)
                        throw Bad(name, position, "comes before any pixel data (IDAT)");
                    if (header.ColorType == 3 && palette.IsEmpty)
                        throw BadPalette("is missing from an image of palette indices");
                    return new(file, header, palette, firstData, dataChunks, dataBytes)
                    {
                        Orientation = orientation,
                        Gamma = gamma,
                        TrailingBytes = file.Length - position - Frame - data.Length,
                    };
                default:
                    CheckAncillary(name, position);
                    break;
            }

            previous = name;
            position += Frame + data.Length;
        }
    }

    /// <summary>Copies the data of all IDAT chunks, one behind the other.</summary>
    public void CopyData(Span<byte> destination)
    {
        int position = _firstData;
        for (int i = 0; i < DataChunks; i++)
        {
            int length = (int)BinaryPrimitives.ReadUInt32BigEndian(_file[position..]);
            _file.Slice(position + 8, length).CopyTo(destination);
            destination = destination[length..];
            position += Frame + length;
        }
    }

    private static uint ReadChunk(
        ReadOnlySpan<byte> file, int position, DecoderOptions options, IInflater sums, out ReadOnlySpan<byte> data)
    {
        if (file.Length - position < Frame)
            throw Truncated(file, "no end chunk (IEND) so far");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(file[position..]);
        uint name = BinaryPrimitives.ReadUInt32BigEndian(file[(position + 4)..]);
        if (!IsName(name))
            throw Bad(name, position, "has a name that is not four letters");
        if (length > int.MaxValue)
            throw Bad(name, position, $"claims {length} bytes; PNG allows 2,147,483,647");
        if (length > file.Length - position - Frame)
            throw Truncated(file, $"chunk {Name(name)} at byte {position} has {length} bytes of data");
        data = file.Slice(position + 8, (int)length);
        if (!options.Trust)
        {
            uint stored = BinaryPrimitives.ReadUInt32BigEndian(file[(position + 8 + (int)length)..]);
            uint computed = sums.Crc(file.Slice(position + 4, (int)length + 4));
            if (stored != computed)
            {
                throw new ImageFormatException(
                    DecodeReasons.BadCrc,
                    $"Chunk {Name(name)} at byte {position}: CRC-32 is {computed:x8}, the file says {stored:x8}. Fetch the file again.");
            }
        }

        return name;
    }

    private static ReadOnlySpan<byte> CheckPalette(PngHeader header, ReadOnlySpan<byte> data)
    {
        if (data.Length == 0 || data.Length % 3 != 0 || data.Length > 768)
            throw BadPalette($"has {data.Length} bytes; 3 to 768 in steps of 3 are allowed");
        if (header.ColorType is 0 or 4)
            throw BadPalette("stands in a grey image");
        return data;
    }

    // What libpng takes for impossible counts as absent.
    private static int ParseGamma(ReadOnlySpan<byte> data)
    {
        uint gamma = data.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(data) : 0;
        return gamma is >= 16 and <= 625_000_000 ? (int)gamma : 0;
    }

    private static void CheckAncillary(uint name, int position)
    {
        // Bit 5 of the first letter: set means that a decoder which does not know the chunk may skip it.
        if ((name & 0x20000000) == 0)
        {
            throw new ImageFormatException(
                DecodeReasons.UnknownChunk, $"Chunk {Name(name)} at byte {position} is needed for decoding, and unknown.");
        }
    }

    private static bool IsName(uint name)
    {
        for (int shift = 0; shift < 32; shift += 8)
        {
            if (!char.IsAsciiLetter((char)((name >> shift) & 255)))
                return false;
        }

        return true;
    }

    private static string Name(uint name)
    {
        Span<char> letters = stackalloc char[4];
        for (int i = 0; i < 4; i++)
        {
            char letter = (char)((name >> (24 - (8 * i))) & 255);
            letters[i] = char.IsAsciiLetterOrDigit(letter) ? letter : '?';
        }

        return new string(letters);
    }

    private static ImageFormatException Bad(uint name, int position, string what) =>
        new(DecodeReasons.BadChunk, $"PNG chunk {Name(name)} at byte {position} {what}.");

    private static ImageFormatException BadPalette(string what) => new(DecodeReasons.BadPalette, $"The palette (PLTE) {what}.");

    private static ImageFormatException Truncated(ReadOnlySpan<byte> file, string what) =>
        new(DecodeReasons.Truncated, $"The file ends after {file.Length} bytes inside the image: {what}. Fetch it again.");
}
