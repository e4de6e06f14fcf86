using System.Buffers.Binary;

namespace ChestXray.Pipeline.Decoding;

/// <summary>The segments of a JPEG file, walked once from start to end marker, without decoding.</summary>
internal readonly record struct JpegFile
{
    private const byte Soi = 0xD8;
    private const byte Eoi = 0xD9;
    private const byte Sos = 0xDA;
    private const byte App0 = 0xE0;
    private const byte App1 = 0xE1;
    private const byte App14 = 0xEE;
    private const byte App15 = 0xEF;
    private const byte Comment = 0xFE;

    // A progressive file of a camera or a picture program has about ten scans; each costs a pass over all coefficients.
    private const int MaxScans = 100;

    public int Width { get; private init; }

    public int Height { get; private init; }

    public int Components { get; private init; }

    public bool Progressive { get; private init; }

    /// <summary>What libjpeg takes the three planes for.</summary>
    public ImageColor Color { get; private init; }

    public int Orientation { get; private init; }

    /// <summary>Bytes up to and with the end marker.</summary>
    public int Length { get; private init; }

    /// <summary>Where the first scan (its SOS marker) starts.</summary>
    public int FirstScan { get; private init; }

    /// <summary>How many scans there are.</summary>
    public int Scans { get; private init; }

    public static bool HasSignature(ReadOnlySpan<byte> file) =>
        file.Length >= 3 && file[0] == 0xFF && file[1] == Soi && file[2] == 0xFF;

    /// <summary>Whether a header segment carries no pixels and may be left out (application data, comments).</summary>
    public static bool IsApplicationData(byte marker) => marker is (>= App0 and <= App15) or Comment;

    /// <summary>
    /// The marker at a position and the bytes of its segment, both without checks that <see cref="Walk"/> has made.
    /// </summary>
    public static byte Segment(ReadOnlySpan<byte> file, scoped ref int position, out ReadOnlySpan<byte> data)
    {
        if (position >= file.Length || file[position] != 0xFF)
            throw position >= file.Length
                ? Truncated(file) : Bad($"byte {position} is {file[position]:x2} where a marker must stand");
        while (position < file.Length && file[position] == 0xFF)
            position++;
        if (position >= file.Length)
            throw Truncated(file);
        byte marker = file[position++];
        data = default;
        if (marker is Soi or Eoi or 0x01 or (>= 0xD0 and <= 0xD7))
            return marker;
        if (marker == 0)
            throw Bad($"byte {position - 1} is no marker");
        if (file.Length - position < 2)
            throw Truncated(file);
        int length = BinaryPrimitives.ReadUInt16BigEndian(file[position..]);
        if (length < 2)
            throw Bad($"the segment at byte {position} claims {length} bytes; at least 2 are needed");
        if (file.Length - position < length)
            throw Truncated(file);
        data = file.Slice(position + 2, length - 2);
        position += length;
        return marker;
    }

    public static JpegFile Walk(ReadOnlySpan<byte> file, DecoderOptions options)
    {
        JpegFile jpeg = new() { Orientation = 1 };
        ReadOnlySpan<byte> frame = default;
        bool jfif = false;
        int adobe = -1, position = 2, scans = 0;
        for (int segments = 0; ; segments++)
        {
            Limits.CheckChunks(segments, options);
            int start = position;
            byte marker = Segment(file, ref position, out ReadOnlySpan<byte> data);
            if (marker == App0 && data.Length >= 14 && data.StartsWith("JFIF\0"u8))
                jfif = true;
            else if (marker == App14 && data.Length >= 12 && data.StartsWith("Adobe"u8))
                adobe = data[11];
            else if (marker == App1 && data.StartsWith("Exif\0\0"u8))
                jpeg = jpeg with { Orientation = ExifOrientation.Parse(data[6..]) };
            else if (IsFrame(marker))
            {
                if (!frame.IsEmpty)
                    throw Bad("it has two frame headers");
                jpeg = ParseFrame(jpeg, marker, data, options);
                frame = data;
            }
            else if (marker == Sos)
            {
                if (frame.IsEmpty)
                    throw Bad("a scan comes before the frame header");
                if (scans++ == 0)
                    jpeg = jpeg with { FirstScan = start, Color = ColorOf(jpeg.Components, frame, jfif, adobe) };
                CheckScans(scans, jpeg, options);
                position = EndOfScan(file, position);
            }
            else if (marker == Eoi)
            {
                return scans > 0 ? jpeg with { Length = position, Scans = scans } : throw Bad("it ends before any scan");
            }
            else if (!IsTable(marker) && !IsApplicationData(marker))
            {
                throw Bad($"marker {marker:x2} at byte {start} does not belong there");
            }
        }
    }

    // Codes, arithmetic conditions, quanta, number of lines, restart interval; anything else stops libjpeg, too.
    private static bool IsTable(byte marker) => marker is 0xC4 or 0xCC or 0xDB or 0xDC or 0xDD;

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static JpegFile ParseFrame(JpegFile jpeg, byte marker, ReadOnlySpan<byte> data, DecoderOptions options)
    {
        if (data.Length < 6 || data.Length != 6 + (3 * data[5]))
            throw Bad($"the frame header has {data.Length} bytes");
        int height = BinaryPrimitives.ReadUInt16BigEndian(data[1..]), width = BinaryPrimitives.ReadUInt16BigEndian(data[3..]);
        int components = data[5];
        if (marker is not (0xC0 or 0xC1 or 0xC2) || data[0] != 8)
            throw Unsupported($"kind {marker:x2} with {data[0]} bits; baseline and progressive (c0 to c2) with 8 bits are read");
        if (width == 0 || height == 0)
            throw Bad($"its sides are {width} x {height}");
        if (components == 4)
        {
            throw new ImageFormatException(
                DecodeReasons.CmykJpeg, "The JPEG has four colour planes (CMYK or YCCK); save it as grey, YCbCr or RGB.");
        }

        if (components is not (1 or 3))
            throw Unsupported($"{components} planes; one and three are read");
        Limits.CheckSides(width, height, options);
        return jpeg with { Width = width, Height = height, Components = components, Progressive = marker == 0xC2 };
    }

    // libjpeg's rule (jdapimin.c, default_decompress_parms).
    private static ImageColor ColorOf(int components, ReadOnlySpan<byte> frame, bool jfif, int adobe)
    {
        if (components == 1)
            return ImageColor.Grey;
        bool namedRgb = frame[6] == 'R' && frame[9] == 'G' && frame[12] == 'B';
        bool rgb = !jfif && (adobe >= 0 ? adobe == 0 : namedRgb);
        return rgb ? ImageColor.Rgb : ImageColor.YCbCr;
    }

    private static void CheckScans(int scans, JpegFile jpeg, DecoderOptions options)
    {
        if (scans > 1 && jpeg is { Progressive: false, Components: 1 })
            throw Bad("a sequential file of one plane has a second scan");
        if (scans > MaxScans || (long)scans * jpeg.Width * jpeg.Height > 16 * options.MaxPixels)
        {
            throw new ImageFormatException(
                DecodeReasons.TooManyScans,
                $"The JPEG has {scans} scans or more of {jpeg.Width} x {jpeg.Height} pixels: too much work.");
        }
    }

    /// <summary>Where the coded data from a position on ends: FF followed by neither 00, a restart marker, nor more FF.</summary>
    public static int EndOfScan(ReadOnlySpan<byte> file, int position)
    {
        while (true)
        {
            int next = file[position..].IndexOf((byte)0xFF);
            if (next < 0 || position + next + 1 >= file.Length)
                throw Truncated(file);
            position += next;
            byte after = file[position + 1];
            if (after is not (0 or 0xFF or (>= 0xD0 and <= 0xD7)))
                return position;
            position += after == 0xFF ? 1 : 2;
        }
    }

    private static ImageFormatException Bad(string what) => new(DecodeReasons.BadJpeg, $"Broken JPEG: {what}.");

    private static ImageFormatException Unsupported(string what) => new(DecodeReasons.UnsupportedJpeg, $"The JPEG is of {what}.");

    private static ImageFormatException Truncated(ReadOnlySpan<byte> file) =>
        new(DecodeReasons.Truncated, $"The file ends after {file.Length} bytes, before the JPEG's end marker. Fetch it again.");
}
