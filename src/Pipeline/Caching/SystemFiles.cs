using Microsoft.Win32.SafeHandles;

namespace ChestXray.Pipeline.Caching;

/// <summary>The system's own files.</summary>
internal sealed class SystemFiles : IStoreFiles
{
    /// <summary>What the kernel answers (EAGAIN) where somebody else holds a lock.</summary>
    private const int WouldBlock = 11;

    private SystemFiles()
    {
    }

    public static SystemFiles Instance { get; } = new();

    public long? LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : null;

    public IStoreFile Open(string path) => new SystemFile(path);

    public byte[] ReadAll(string path) => File.ReadAllBytes(path);

    public byte[] ReadStart(string path, int bytes)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        byte[] start = new byte[bytes];
        return start[..file.ReadAtLeast(start, bytes, throwOnEndOfStream: false)];
    }

    public IReadOnlyList<string> List(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))] : [];

    public void CreateFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        string above = Path.GetDirectoryName(path) ?? throw new IOException($"There is no folder {path}, and it can't be made.");
        CreateFolder(above);
        Directory.CreateDirectory(path);
        DurableFile.FlushFolder(above);
    }

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void FlushFolder(string path) => DurableFile.FlushFolder(path);

    public IDisposable? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error.HResult == WouldBlock)
        {
            return null;
        }
    }

    public long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    private sealed class SystemFile(string path) : IStoreFile
    {
        private readonly SafeFileHandle _handle =
            File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

        public long Length => RandomAccess.GetLength(_handle);

        public int Read(Span<byte> bytes, long offset)
        {
            int total = 0;
            while (total < bytes.Length && RandomAccess.Read(_handle, bytes[total..], offset + total) is var read and > 0)
                total += read;
            return total;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(_handle, bytes, offset);

        public void SetLength(long length) => RandomAccess.SetLength(_handle, length);

        public void Flush() => RandomAccess.FlushToDisk(_handle);

        public void Dispose() => _handle.Dispose();
    }
}
