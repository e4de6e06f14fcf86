using System.IO.Hashing;
using ChestXray.Pipeline.Decoding;
using ChestXray.Pipeline.Sources;
using Microsoft.Win32.SafeHandles;

namespace ChestXray.Pipeline;

/// <summary>Reads the bytes of images wherever they lie: files, and entries of zip files.</summary>
/// <remarks>
/// Not thread-safe: one instance per thread; any number may read one archive. Images in tar files are met only by reading the
/// archive from its beginning, as a preparation does.
/// </remarks>
public sealed class ImageReader : IDisposable
{
    private readonly DecoderOptions _options;
    private readonly Dictionary<string, SafeFileHandle> _archives = new(StringComparer.Ordinal);
    private readonly PinnedBuffer _own = new();
    private readonly PinnedBuffer _stored = new();
    private IInflater? _inflater;

    /// <summary>Makes a reader.</summary>
    /// <param name="options">Limits; null for the defaults.</param>
    public ImageReader(DecoderOptions? options = null) => _options = options ?? new();

    /// <summary>Reads one image's file.</summary>
    /// <param name="image">A file, or an entry of a zip file.</param>
    /// <returns>Its bytes, valid until the next call.</returns>
    /// <exception cref="ImageFormatException">It can't be read, is damaged or over a limit.</exception>
    /// <exception cref="NotSupportedException">It lies in a tar file.</exception>
    public ReadOnlySpan<byte> Read(in IndexedImage image) => Read(image, _own);

    /// <summary>Closes the archives.</summary>
    public void Dispose()
    {
        foreach (SafeFileHandle handle in _archives.Values)
            handle.Dispose();
        _inflater?.Dispose();
    }

    internal ReadOnlySpan<byte> Read(in IndexedImage image, PinnedBuffer target) => image.Entry switch
    {
        null => ReadFile(image.Path, target, _options),
        { Method: ArchiveEntry.Streamed } => throw new NotSupportedException($"{image.Path} can only be read as part of its archive's stream."),
        { } entry => ReadEntry(image, entry, target),
    };

    /// <summary>Reads a whole file into a buffer.</summary>
    internal static ReadOnlySpan<byte> ReadFile(string path, PinnedBuffer target, DecoderOptions options)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            long size = RandomAccess.GetLength(handle);
            Limits.CheckFile(size, options);
            Span<byte> bytes = target.Reserve((int)size);
            int length = 0;
            while (length < bytes.Length && RandomAccess.Read(handle, bytes[length..], length) is > 0 and var read)
                length += read;
            return bytes[..length];
        }
        catch (Exception error) when (error is UnauthorizedAccessException or (IOException and not ImageFormatException))
        {
            throw Unreadable(path, error);
        }
    }

    private ReadOnlySpan<byte> ReadEntry(in IndexedImage image, ArchiveEntry entry, PinnedBuffer target)
    {
        if (entry.Method is not (ArchiveEntry.Plain or ArchiveEntry.Deflated))
        {
            string kept = entry.Method == ArchiveEntry.Encrypted ? "is under a password" : $"is packed by method {entry.Method}";
            throw new ImageFormatException(
                DecodeReasons.UnsupportedEntry, $"{image.Path} {kept}; zip entries kept plain or by DEFLATE are read.");
        }

        Limits.CheckFile(image.Bytes, _options);
        Limits.CheckFile(entry.StoredBytes, _options);
        try
        {
            SafeFileHandle archive = Open(entry.Archive);
            Span<byte> header = stackalloc byte[ZipDirectory.LocalBytes];
            ZipDirectory.ReadExactly(archive, header, entry.Offset);
            if (ZipDirectory.U32(header, 0) != ZipDirectory.LocalSignature)
                throw Damaged(image, "has no header where its archive's directory says");
            long start = entry.Offset + header.Length + ZipDirectory.U16(header, 26) + ZipDirectory.U16(header, 28);
            Span<byte> bytes = entry.Method == ArchiveEntry.Plain
                ? ReadPlain(archive, entry, start, target) : Inflate(archive, image, entry, start, target);
            if (bytes.Length != image.Bytes)
                throw Damaged(image, $"has {bytes.Length:N0} bytes where its archive's directory says {image.Bytes:N0}");
            if (!_options.Trust && Crc32.HashToUInt32(bytes) != entry.Crc)
                throw new ImageFormatException(DecodeReasons.BadCrc,
                    $"{image.Path} does not have the CRC-32 that its archive says. Fetch the archive again.");
            return bytes;
        }
        catch (EndOfStreamException error)
        {
            throw new ImageFormatException(
                DecodeReasons.Truncated, $"{image.Path}: its archive ends inside it. Fetch the archive again.", error);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or (IOException and not ImageFormatException))
        {
            throw Unreadable(entry.Archive, error);
        }
    }

    private static Span<byte> ReadPlain(SafeFileHandle archive, ArchiveEntry entry, long start, PinnedBuffer target)
    {
        Span<byte> bytes = target.Reserve((int)entry.StoredBytes);
        ZipDirectory.ReadExactly(archive, bytes, start);
        return bytes;
    }

    private Span<byte> Inflate(SafeFileHandle archive, in IndexedImage image, ArchiveEntry entry, long start, PinnedBuffer target)
    {
        _inflater ??= Inflaters.Create(_options.Inflate);
        Span<byte> stored = _stored.Reserve((int)entry.StoredBytes), bytes = target.Reserve((int)image.Bytes + 1);
        ZipDirectory.ReadExactly(archive, stored, start);
        InflateStatus status = _inflater.Inflate(stored, bytes, out _, out int written);
        return status == InflateStatus.Done ? bytes[..written] : throw Damaged(image, $"can't be unpacked ({status})");
    }

    private SafeFileHandle Open(string path)
    {
        if (_archives.TryGetValue(path, out SafeFileHandle? handle))
            return handle;
        return _archives[path] = File.OpenHandle(path);
    }

    private static ImageFormatException Damaged(in IndexedImage image, string what) =>
        new(DecodeReasons.BadArchive, $"{image.Path} {what}. Fetch the archive again.");

    private static ImageFormatException Unreadable(string path, Exception error)
    {
        if (Directory.Exists(path))
            return new(DecodeReasons.IsDirectory, $"{path} is a directory, not an image file.", error);
        if (error is FileNotFoundException or DirectoryNotFoundException)
            return new(DecodeReasons.MissingFile, $"{path} does not exist.", error);
        return new(DecodeReasons.Unreadable, $"{path} can't be read: {error.Message}", error);
    }
}
