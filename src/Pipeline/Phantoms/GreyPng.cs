using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace ChestXray.Pipeline.Phantoms;

/// <summary>Writes 8-bit PNG files: grey as most of NIH's, or the same grey as opaque RGBA as a few of them are.</summary>
internal static class GreyPng
{
    private static readonly byte[] _signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly byte[] _end = [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82];

    /// <summary>Encodes a square image of side * side grey bytes.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> grey, int side, bool rgba)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        header[8] = 8;
        header[9] = (byte)(rgba ? 6 : 0);
        using MemoryStream file = new(side * side);
        file.Write(_signature);
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", Compress(Filter(grey, side, rgba ? 4 : 1)));
        file.Write(_end);
        return file.ToArray();
    }

    /// <summary>Whether a file begins and ends as <see cref="Encode"/> makes it: one that was cut off does not.</summary>
    public static bool IsWhole(string path)
    {
        using FileStream file = File.OpenRead(path);
        if (file.Length < _signature.Length + _end.Length)
            return false;
        byte[] start = new byte[_signature.Length], end = new byte[_end.Length];
        file.ReadExactly(start);
        file.Seek(-end.Length, SeekOrigin.End);
        file.ReadExactly(end);
        return start.AsSpan().SequenceEqual(_signature) && end.AsSpan().SequenceEqual(_end);
    }

    // Every row by its difference to the row above (filter 2).
    private static byte[] Filter(ReadOnlySpan<byte> grey, int side, int channels)
    {
        int stride = 1 + (side * channels);
        byte[] rows = new byte[side * stride];
        for (int y = 0; y < side; y++)
        {
            Span<byte> row = rows.AsSpan(y * stride, stride);
            row[0] = 2;
            for (int x = 0; x < side; x++)
            {
                byte difference = (byte)(grey[(y * side) + x] - (y == 0 ? 0 : grey[((y - 1) * side) + x]));
                Span<byte> pixel = row.Slice(1 + (x * channels), channels);
                pixel.Fill(difference);
                if (channels == 4)
                    pixel[3] = (byte)(y == 0 ? 255 : 0);
            }
        }

        return rows;
    }

    // In grain there is nothing to match, and without matching the bytes depend on no processor's search order.
    private static byte[] Compress(byte[] rows)
    {
        ZLibCompressionOptions huffman = new()
        {
            CompressionLevel = 6,
            CompressionStrategy = ZLibCompressionStrategy.HuffmanOnly,
        };
        using MemoryStream packed = new(rows.Length);
        using (ZLibStream zlib = new(packed, huffman, leaveOpen: true))
            zlib.Write(rows);
        return packed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, string type, ReadOnlySpan<byte> content)
    {
        byte[] chunk = new byte[12 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        content.CopyTo(chunk.AsSpan(8));
        uint crc = Crc32.HashToUInt32(chunk.AsSpan(4, 4 + content.Length));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + content.Length), crc);
        file.Write(chunk);
    }
}
