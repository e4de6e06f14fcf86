using System.Buffers.Binary;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// The zlib wrapper (RFC 1950) around a PNG's pixel data: two bytes before the DEFLATE stream, its Adler-32 behind.
/// </summary>
internal static class ZlibData
{
    private const int HeaderBytes = 2;
    private const int AdlerBytes = 4;

    // DEFLATE's best: a match of 258 bytes for two bits.
    private const int HighestRatio = 1032;

    /// <summary>The DEFLATE stream alone; the checksum lies behind it.</summary>
    public static ReadOnlySpan<byte> Deflate(ReadOnlySpan<byte> zlib) => zlib[HeaderBytes..^AdlerBytes];

    /// <summary>The Adler-32 that the data should have.</summary>
    public static uint StoredAdler(ReadOnlySpan<byte> zlib) => BinaryPrimitives.ReadUInt32BigEndian(zlib[^AdlerBytes..]);

    /// <summary>Inflates pixel data of exactly <paramref name="expected"/> bytes.</summary>
    /// <param name="deflate">All the compressed data.</param>
    /// <param name="output">Room for at least one byte more than <paramref name="expected"/>.</param>
    /// <param name="expected">What the header promises.</param>
    /// <param name="inflater">The library.</param>
    public static void Inflate(ReadOnlySpan<byte> deflate, Span<byte> output, int expected, IInflater inflater)
    {
        InflateStatus status = inflater.Inflate(deflate, output[..(expected + 1)], out int consumed, out int written);
        CheckEnd(status, deflate.Length - consumed, written, expected);
    }

    /// <summary>Refuses a stream that did not end where it should.</summary>
    /// <param name="status">How inflating ended.</param>
    /// <param name="unused">Compressed bytes behind the stream's end.</param>
    /// <param name="written">Bytes that came out.</param>
    /// <param name="expected">What the header promises.</param>
    public static void CheckEnd(InflateStatus status, int unused, long written, long expected)
    {
        if (status == InflateStatus.OutputFull || written > expected)
            throw TooLong($"inflates to more than {expected} bytes");
        if (status == InflateStatus.BadData)
            throw new ImageFormatException(
                DecodeReasons.BadZlib, "The compressed pixel data is broken (no valid DEFLATE stream).");
        if (written < expected)
            throw TooShort($"inflates to {written} bytes; {expected} are needed");
        if (unused != 0)
            throw TooLong("ends before its last chunk does");
    }

    /// <summary>Refuses what can't become <paramref name="expected"/> bytes, before memory is asked for.</summary>
    public static void CheckPlausible(long compressed, long expected)
    {
        if (compressed < HeaderBytes + 1 + AdlerBytes || expected / HighestRatio > compressed)
            throw TooShort($"has {compressed} bytes, too few for {expected} bytes of rows");
    }

    /// <summary>Checks the two header bytes.</summary>
    public static void CheckHeader(ReadOnlySpan<byte> zlib)
    {
        int method = zlib[0], flags = zlib[1];
        bool valid = (method & 15) == 8 && method >> 4 <= 7 && ((method << 8) | flags) % 31 == 0 && (flags & 0x20) == 0;
        if (!valid)
        {
            throw new ImageFormatException(
                DecodeReasons.BadZlib,
                $"The pixel data starts with {method:x2} {flags:x2}, which is no zlib header that PNG allows.");
        }
    }

    /// <summary>Refuses data whose Adler-32 is not the one in the file.</summary>
    public static void CheckAdler(uint stored, uint computed)
    {
        if (computed != stored)
        {
            throw new ImageFormatException(
                DecodeReasons.BadAdler,
                $"Adler-32 of the pixel data is {computed:x8}, the file says {stored:x8}. Fetch the file again.");
        }
    }

    private static ImageFormatException TooShort(string what) =>
        new(DecodeReasons.DataTooShort, $"The compressed pixel data {what}.");

    private static ImageFormatException TooLong(string what) =>
        new(DecodeReasons.DataTooLong, $"The compressed pixel data {what}.");
}
