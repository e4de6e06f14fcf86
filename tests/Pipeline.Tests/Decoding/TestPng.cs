using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>
/// Makes PNG files of every kind from random samples, and says what grey they must give. Shares no code with the decoder.
/// </summary>
internal sealed class TestPng
{
    private static readonly (int X, int Y, int StepX, int StepY)[] _passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly Random _random;
    private readonly int[] _samples;
    private readonly byte[] _palette;

    public TestPng(int width, int height, int colorType, int bitDepth, int seed = 1, bool interlaced = false)
    {
        (Width, Height, ColorType, BitDepth, Interlaced) = (width, height, colorType, bitDepth, interlaced);
        _random = new Random(seed);
        _samples = [.. Enumerable.Range(0, width * height * Channels).Select(_ => _random.Next(1 << bitDepth))];
        _palette = new byte[3 << Math.Min(bitDepth, 8)];
        _random.NextBytes(_palette);
    }

    public static byte[] Signature => [137, 80, 78, 71, 13, 10, 26, 10];

    public int Width { get; }

    public int Height { get; }

    public int ColorType { get; }

    public int BitDepth { get; }

    public bool Interlaced { get; }

    /// <summary>0 to 4 for every row; null for a random one per row.</summary>
    public int? Filter { get; init; }

    public int DataChunks { get; init; } = 1;

    /// <summary>Rows from the top whose red, green and blue are equal.</summary>
    public int GreyRows
    {
        init
        {
            for (int pixel = 0; pixel < value * Width; pixel++)
                _samples.AsSpan(pixel * Channels, 3).Fill(_samples[pixel * Channels]);
        }
    }

    public int Channels => ColorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>The grey that TensorFlow's rules give.</summary>
    public byte[] ExpectedGrey()
    {
        byte[] grey = new byte[Width * Height];
        for (int i = 0; i < grey.Length; i++)
        {
            int[] pixel = _samples[(i * Channels)..((i + 1) * Channels)];
            grey[i] = (ColorType, BitDepth) switch
            {
                (0 or 4, 16) => (byte)(pixel[0] >> 8),
                (0 or 4, 8) => (byte)pixel[0],
                (0, _) => (byte)(pixel[0] * (255 / ((1 << BitDepth) - 1))),
                (3, _) => Grey(_palette[3 * pixel[0]], _palette[(3 * pixel[0]) + 1], _palette[(3 * pixel[0]) + 2]),
                (_, 16) => (byte)((((9797L * pixel[0]) + (19234L * pixel[1]) + (3737L * pixel[2]) + 16384) >> 15) >> 8),
                _ => Grey(pixel[0], pixel[1], pixel[2]),
            };
        }

        return grey;
    }

    public byte[] Encode()
    {
        MemoryStream file = new();
        file.Write(Signature);
        file.Write(Chunk("IHDR", HeaderData()));
        if (ColorType == 3)
            file.Write(Chunk("PLTE", _palette));
        byte[] data = Deflate(FilteredRows());
        for (int i = 0; i < DataChunks; i++)
            file.Write(Chunk("IDAT", data[(data.Length * i / DataChunks)..(data.Length * (i + 1) / DataChunks)]));
        file.Write(Chunk("IEND", []));
        return file.ToArray();
    }

    public byte[] HeaderData()
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        (header[8], header[9], header[12]) = ((byte)BitDepth, (byte)ColorType, (byte)(Interlaced ? 1 : 0));
        return header;
    }

    public byte[] FilteredRows()
    {
        MemoryStream rows = new();
        foreach ((int x0, int y0, int stepX, int stepY) in Interlaced ? _passes : [(0, 0, 1, 1)])
        {
            byte[] above = [];
            for (int y = y0; y < Height && x0 < Width; y += stepY)
            {
                byte[] row = PackRow(y, x0, stepX);
                if (above.Length == 0)
                    above = new byte[row.Length];
                int filter = Filter ?? _random.Next(5);
                rows.WriteByte((byte)filter);
                rows.Write(FilterRow(filter, row, above));
                above = row;
            }
        }

        return rows.ToArray();
    }

    public static byte[] Chunk(string name, byte[] data)
    {
        byte[] chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.Latin1.GetBytes(name).CopyTo(chunk, 4);
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4), Crc32.HashToUInt32(chunk.AsSpan(4..^4)));
        return chunk;
    }

    public static byte[] Deflate(byte[] data)
    {
        MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Optimal))
            zlib.Write(data);
        return compressed.ToArray();
    }

    /// <summary>The chunks of a well-formed file, signature left out.</summary>
    public static List<byte[]> Chunks(byte[] file)
    {
        List<byte[]> chunks = [];
        for (int at = 8; at < file.Length; at += chunks[^1].Length)
            chunks.Add(file[at..(at + 12 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at)))]);
        return chunks;
    }

    public static byte[] Join(IEnumerable<byte[]> chunks) => [.. Signature, .. chunks.SelectMany(chunk => chunk)];

    private static byte Grey(int r, int g, int b) => (byte)(((9797 * r) + (19234 * g) + (3737 * b)) >> 15);

    private byte[] PackRow(int y, int x0, int stepX)
    {
        List<int> bits = [];
        for (int x = x0; x < Width; x += stepX)
        {
            for (int channel = 0; channel < Channels; channel++)
            {
                int sample = _samples[(((y * Width) + x) * Channels) + channel];
                for (int bit = BitDepth - 1; bit >= 0; bit--)
                    bits.Add((sample >> bit) & 1);
            }
        }

        byte[] row = new byte[(bits.Count + 7) / 8];
        for (int i = 0; i < bits.Count; i++)
            row[i / 8] |= (byte)(bits[i] << (7 - (i % 8)));
        return row;
    }

    private byte[] FilterRow(int filter, byte[] row, byte[] above)
    {
        int back = Math.Max(1, Channels * BitDepth / 8);
        byte[] filtered = new byte[row.Length];
        for (int x = 0; x < row.Length; x++)
        {
            int a = x >= back ? row[x - back] : 0, b = above[x], c = x >= back ? above[x - back] : 0;
            int p = a + b - c, pa = Math.Abs(p - a), pb = Math.Abs(p - b), pc = Math.Abs(p - c);
            int paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
            filtered[x] = (byte)(row[x] - new[] { 0, a, b, (a + b) / 2, paeth }[filter]);
        }

        return filtered;
    }
}
