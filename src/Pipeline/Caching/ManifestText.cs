using System.Buffers.Text;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ChestXray.Pipeline.Caching;

/// <summary>
/// The outer form of a manifest's lines: a JSON object whose last field, `check`, is the XXH3 of everything before it. The
/// first line is hashed without a seed and all others with the first one's check as seed, so that a line of another store's
/// layout fails.
/// </summary>
internal static class ManifestText
{
    private const int HexDigits = 16;
    private const int TailBytes = 10 + HexDigits + 2;

    /// <summary>A line is far shorter; what is longer was damaged.</summary>
    private const int LongestLine = 1 << 16;

    private static ReadOnlySpan<byte> CheckField => ",\"check\":\""u8;

    public static byte[] Line(ulong seed, Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.Flush();
            ulong check = Check(stream.GetBuffer().AsSpan(0, (int)stream.Length), seed);
            writer.WriteString("check", check.ToString("x16"));
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>The length of the whole line (without line feed) that begins here; 0 where none does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Measure(ReadOnlySpan<byte> text, ulong seed)
    {
        if (!text.StartsWith("{\""u8))
            return 0;
        int content = text[..Math.Min(text.Length, LongestLine)].IndexOf(CheckField), length = content + TailBytes;
        if (content < 0 || length > text.Length)
            return 0;
        Span<byte> digits = stackalloc byte[HexDigits];
        Utf8Formatter.TryFormat(Check(text[..content], seed), digits, out _, new('x', HexDigits));
        ReadOnlySpan<byte> tail = text[(content + CheckField.Length)..length];
        return tail[..HexDigits].SequenceEqual(digits) && tail[HexDigits..].SequenceEqual("\"}"u8) ? length : 0;
    }

    /// <summary>What seeds the further lines' checks.</summary>
    public static ulong SeedOf(ReadOnlySpan<byte> firstLine) => Check(firstLine, 0);

    private static ulong Check(ReadOnlySpan<byte> content, ulong seed) => XxHash3.HashToUInt64(content, (long)seed);
}
