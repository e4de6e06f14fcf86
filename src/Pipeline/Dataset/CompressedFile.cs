using System.IO.Compression;

namespace ChestXray.Pipeline.Dataset;

/// <summary>Opens text files that people keep plain or packed with gzip.</summary>
internal static class CompressedFile
{
    /// <summary>The file's bytes, unpacked where it begins with gzip's magic number, whatever its name says.</summary>
    /// <exception cref="InvalidDataException">A gzip file that ends early.</exception>
    public static Stream Open(string path) => Open(File.OpenRead(path));

    /// <summary>The same of a stream that can seek; it is closed with the result.</summary>
    /// <exception cref="InvalidDataException">A gzip file that ends early.</exception>
    public static Stream Open(Stream file)
    {
        Span<byte> magic = stackalloc byte[2];
        int read = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        file.Position = 0;
        if (read < 2 || magic[0] != 0x1f || magic[1] != 0x8b)
            return file;

        using (file)
        {
            MemoryStream unpacked = new();
            using (GZipStream gzip = new(file, CompressionMode.Decompress, leaveOpen: true))
                gzip.CopyTo(unpacked);
            RefuseCutOff(file, unpacked);
            unpacked.Position = 0;
            return unpacked;
        }
    }

    /// <summary>
    /// gzip ends with the unpacked length modulo 2^32; the runtime's reader accepts a file that ends before it.
    /// </summary>
    private static void RefuseCutOff(Stream file, MemoryStream unpacked)
    {
        Span<byte> trailer = stackalloc byte[4];
        file.Position = Math.Max(0, file.Length - 4);
        int read = file.ReadAtLeast(trailer, 4, throwOnEndOfStream: false);
        uint length = read == 4 ? BitConverter.ToUInt32(trailer) : 0;
        if (read < 4 || length != (uint)unpacked.Length)
        {
            throw new InvalidDataException(
                $"the gzip file is cut off: {unpacked.Length:N0} bytes came out where its end should say {length:N0}. Fetch it again.");
        }
    }
}
