using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ChestXray.Pipeline.Sources;

/// <summary>Says how far a zip file without its directory reaches: names are repeated before each file's data.</summary>
internal static class ZipEnd
{
    private const int BlockBytes = 1 << 20;
    private const int MaxName = 512;

    /// <summary>The error for a file that ends early, naming its last whole file.</summary>
    public static DataSetException Missing(SafeFileHandle handle, string path, long length)
    {
        // From the end: the last header found begins the file that is cut, the one before it the last whole one.
        // Where the directory has begun, all files before it are whole.
        string? cut = null, whole = null;
        bool hasDirectory = false;
        byte[] block = new byte[BlockBytes + ZipDirectory.LocalBytes + MaxName];
        for (long end = length; end > 0 && whole is null; end -= BlockBytes)
        {
            long start = Math.Max(0, end - BlockBytes);
            Span<byte> bytes = block.AsSpan(0, (int)Math.Min(block.Length, length - start));
            ZipDirectory.ReadExactly(handle, bytes, start);
            for (int at = (int)(end - start) - 1; at >= 0 && whole is null; at--)
            {
                hasDirectory |= cut is null && bytes.Length - at >= 4
                    && ZipDirectory.U32(bytes, at) == ZipDirectory.CentralSignature;
                if (NameAt(bytes[at..]) is not { } name)
                    continue;
                whole = cut is not null || hasDirectory ? name : null;
                cut ??= name;
            }
        }

        return cut is null
            ? new($"{path} is no zip file, or nothing of one arrived: it has {length:N0} bytes and no entry. Fetch it again.")
            : new(
                $"The zip file {path} ends early, after {length:N0} bytes: its directory is missing. The last whole file is {whole ?? "none"}" +
                $"{(cut == whole ? "" : $"; {cut} behind it is cut off")}. Fetch it again.");
    }

    private static string? NameAt(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < ZipDirectory.LocalBytes || bytes[0] != (byte)'P'
            || ZipDirectory.U32(bytes, 0) != ZipDirectory.LocalSignature)
            return null;
        int name = ZipDirectory.U16(bytes, 26);
        bool plausible = bytes[4] <= 63 && ZipDirectory.U16(bytes, 8) is ArchiveEntry.Plain or ArchiveEntry.Deflated
            && name is > 0 and <= MaxName
            && bytes.Length >= ZipDirectory.LocalBytes + name;
        if (!plausible)
            return null;
        ReadOnlySpan<byte> text = bytes.Slice(ZipDirectory.LocalBytes, name);
        return text.ContainsAnyInRange((byte)0, (byte)31) || text[^1] == '/' ? null : Encoding.UTF8.GetString(text);
    }
}
