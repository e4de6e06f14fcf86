using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;

namespace ChestXray.Pipeline.Caching;

/// <summary>
/// Reads a record's line as <see cref="ManifestLine.Acknowledge"/> writes it, field after field without looking names up:
/// opening a store of 112,120 records is mostly this. What is written otherwise is left to <see cref="ManifestLine.Parse"/>.
/// </summary>
internal static class RecordLine
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // Runs once in a process, over every line: there is no second call to be fast in.
    public static bool TryParse(ReadOnlySpan<byte> line, out StoredRecord record)
    {
        bool isRead = Skip(ref line, "{\"record\":"u8) & Number(ref line, out long number) & Skip(ref line, ",\"name\":\""u8);
        int end = isRead ? line.IndexOf((byte)'"') : -1;
        record = default;
        if (end < 0 || line[..end].Contains((byte)'\\'))
            return false;
        ReadOnlySpan<byte> name = line[..end];
        line = line[end..];
        if (!(Skip(ref line, "\",\"labels\":"u8) && Number(ref line, out long labels) && Skip(ref line, ",\"source_bytes\":"u8) &&
              Number(ref line, out long sourceBytes) && Skip(ref line, ",\"source_modified\":"u8)
                  && Number(ref line, out long sourceModified) &&
              Skip(ref line, ",\"source_xxh3\":\""u8) && Hexadecimal(ref line, out ulong sourceHash)
                  && Skip(ref line, "\",\"draft\":"u8) &&
              Number(ref line, out long draft) && Skip(ref line, ",\"sum\":"u8) && Real(ref line, out double sum) &&
              Skip(ref line, ",\"sum_of_squares\":"u8) && Real(ref line, out double sumOfSquares)
                  && Skip(ref line, ",\"xxh3\":\""u8) &&
              Hexadecimal(ref line, out ulong hash) && line.StartsWith("\",\"check\":"u8)))
        {
            return false;
        }

        if (number is < 0 or > int.MaxValue || labels is < 0 or > ushort.MaxValue || draft is < 0 or > int.MaxValue)
            return false;
        record = new(
            (int)number, Encoding.UTF8.GetString(name), (ushort)labels, sourceBytes, sourceModified, sourceHash, (int)draft, sum,
            sumOfSquares, hash);
        return double.IsFinite(sum) && double.IsFinite(sumOfSquares);
    }

    private static bool Skip(ref ReadOnlySpan<byte> line, ReadOnlySpan<byte> text)
    {
        if (!line.StartsWith(text))
            return false;
        line = line[text.Length..];
        return true;
    }

    private static bool Number(ref ReadOnlySpan<byte> line, out long value)
    {
        bool isRead = Utf8Parser.TryParse(line, out value, out int length);
        line = line[length..];
        return isRead;
    }

    private static bool Real(ref ReadOnlySpan<byte> line, out double value)
    {
        bool isRead = Utf8Parser.TryParse(line, out value, out int length);
        line = line[length..];
        return isRead;
    }

    private static bool Hexadecimal(ref ReadOnlySpan<byte> line, out ulong value)
    {
        bool isRead = Utf8Parser.TryParse(line, out value, out int length, 'x');
        line = line[length..];
        return isRead;
    }
}
