using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ChestXray.Pipeline.Sources;

/// <summary>The directory at the end of a zip file, with sizes beyond 4 GiB (zip64). Source: PKWARE's APPNOTE 6.3.10.</summary>
/// <remarks>
/// The runtime's own reader opens entries one at a time only; with offset and size, any number of threads can read them.
/// </remarks>
internal static class ZipDirectory
{
    public const uint LocalSignature = 0x04034b50;
    public const uint CentralSignature = 0x02014b50;
    public const int LocalBytes = 30;

    private const uint EndSignature = 0x06054b50;
    private const uint End64LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;
    private const int CentralBytes = 46;
    private const int EndBytes = 22;
    private const int LocatorBytes = 20;
    private const int End64Bytes = 56;

    /// <summary>All files of a zip; folders are left out.</summary>
    /// <exception cref="DataSetException">No zip file, one that ends early, or one that is damaged.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static List<SourceFile> Read(string path)
    {
        using SafeFileHandle handle = File.OpenHandle(path);
        long length = RandomAccess.GetLength(handle);
        (long offset, long bytes, long count) = FindDirectory(handle, path, length);
        if (offset < 0 || bytes < 0 || offset + bytes > length || bytes > Array.MaxLength || count > bytes / CentralBytes)
            throw Damaged(path, $"its directory should be {bytes:N0} bytes at byte {offset:N0} of {length:N0}");
        byte[] directory = new byte[bytes];
        ReadExactly(handle, directory, offset);
        List<SourceFile> files = new((int)count);
        int position = 0;
        for (long i = 0; i < count; i++)
        {
            if (directory.Length - position < CentralBytes || U32(directory, position) != CentralSignature)
                throw Damaged(path, $"entry {i + 1:N0} of {count:N0} in its directory is none");
            position += ReadEntry(path, directory.AsSpan(position), files);
        }

        return files;
    }

    private static (long Offset, long Bytes, long Count) FindDirectory(SafeFileHandle handle, string path, long length)
    {
        // The end record stands before a comment of at most 65,535 bytes.
        byte[] tail = new byte[Math.Min(length, EndBytes + LocatorBytes + ushort.MaxValue)];
        ReadExactly(handle, tail, length - tail.Length);
        for (int at = tail.Length - EndBytes; at >= 0; at--)
        {
            if (U32(tail, at) != EndSignature || at + EndBytes + U16(tail, at + 20) != tail.Length)
                continue;
            if (at >= LocatorBytes && U32(tail, at - LocatorBytes) == End64LocatorSignature)
                return ReadEnd64(handle, path, length, (
                    long)BinaryPrimitives.ReadUInt64LittleEndian(tail.AsSpan(at - LocatorBytes + 8)));
            return (U32(tail, at + 16), U32(tail, at + 12), U16(tail, at + 10));
        }

        throw ZipEnd.Missing(handle, path, length);
    }

    private static (long Offset, long Bytes, long Count) ReadEnd64(SafeFileHandle handle, string path, long length, long at)
    {
        byte[] end = new byte[End64Bytes];
        if (at < 0 || at > length - end.Length)
            throw Damaged(path, $"its zip64 end should stand at byte {at:N0} of {length:N0}");
        ReadExactly(handle, end, at);
        if (U32(end, 0) != End64Signature)
            throw Damaged(path, $"there is no zip64 end at byte {at:N0}");
        return ((long)U64(end, 48), (long)U64(end, 40), (long)U64(end, 32));
    }

    /// <returns>The entry's bytes in the directory.</returns>
    private static int ReadEntry(string path, ReadOnlySpan<byte> entry, List<SourceFile> files)
    {
        int nameBytes = U16(entry, 28), extraBytes = U16(entry, 30), all = CentralBytes + nameBytes + extraBytes + U16(entry, 32);
        if (entry.Length < all)
            throw Damaged(path, "its directory is cut off");
        string name = Encoding.UTF8.GetString(entry.Slice(CentralBytes, nameBytes));
        if (name.EndsWith('/') || name.StartsWith("__MACOSX/", StringComparison.Ordinal))
            return all;
        long stored = U32(entry, 20), bytes = U32(entry, 24), offset = U32(entry, 42);
        ReadOnlySpan<byte> extra = entry.Slice(CentralBytes + nameBytes, extraBytes);
        while (extra.Length >= 4 && extra.Length >= 4 + U16(extra, 2))
        {
            ReadOnlySpan<byte> field = extra.Slice(4, U16(extra, 2));
            if (U16(extra, 0) == 1)
            {
                Widen(ref bytes, ref field);
                Widen(ref stored, ref field);
                Widen(ref offset, ref field);
            }

            extra = extra[(4 + U16(extra, 2))..];
        }

        bool encrypted = (U16(entry, 8) & 1) != 0;
        ArchiveEntry place = new(path, encrypted ? ArchiveEntry.Encrypted : U16(entry, 10), offset, stored, U32(entry, 16));
        files.Add(new(Path.Join(path, name), bytes, Ticks(U16(entry, 14), U16(entry, 12)), place));
        return all;
    }

    // zip64 holds only those sizes, in this order, that do not fit in 32 bits.
    private static void Widen(ref long value, ref ReadOnlySpan<byte> field)
    {
        if (value != uint.MaxValue || field.Length < 8)
            return;
        value = (long)U64(field, 0);
        field = field[8..];
    }

    // MS-DOS time has no zone; it is taken for UTC, so that it says the same on every machine.
    private static long Ticks(int date, int time)
    {
        int year = 1980 + (date >> 9), month = Math.Clamp((date >> 5) & 15, 1, 12);
        int day = Math.Clamp(date & 31, 1, DateTime.DaysInMonth(year, month));
        return new DateTime(year, month, day).Ticks
            + ((time >> 11) * TimeSpan.TicksPerHour) + (((time >> 5) & 63) * TimeSpan.TicksPerMinute) +
                ((time & 31) * 2 * TimeSpan.TicksPerSecond);
    }

    internal static void ReadExactly(SafeFileHandle handle, Span<byte> target, long offset)
    {
        while (!target.IsEmpty)
        {
            int read = RandomAccess.Read(handle, target, offset);
            if (read == 0)
                throw new EndOfStreamException($"the file ends at byte {offset:N0}, {target.Length:N0} bytes early");
            target = target[read..];
            offset += read;
        }
    }

    internal static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    internal static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private static DataSetException Damaged(string path, string what) =>
        new($"The zip file {path} is damaged: {what}. Fetch it again.");
}
