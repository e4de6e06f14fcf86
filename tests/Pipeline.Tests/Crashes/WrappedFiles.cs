using ChestXray.Pipeline.Caching;

namespace ChestXray.Pipeline.Tests.Crashes;

/// <summary>The system's files with a hook before every operation that could change something.</summary>
internal abstract class WrappedFiles : IStoreFiles
{
    private readonly SystemFiles _files = SystemFiles.Instance;

    public long? LengthOf(string path) => _files.LengthOf(path);

    public byte[] ReadAll(string path)
    {
        Before("read", path, 0);
        return _files.ReadAll(path);
    }

    public byte[] ReadStart(string path, int bytes)
    {
        Before("read", path, 0);
        return _files.ReadStart(path, bytes);
    }

    public IReadOnlyList<string> List(string folder) => _files.List(folder);

    public IStoreFile Open(string path)
    {
        Before("open", path, 0);
        return new WrappedFile(this, path, _files.Open(path));
    }

    public void CreateFolder(string path)
    {
        Before("folder", path, 0);
        _files.CreateFolder(path);
    }

    public void Rename(string from, string to)
    {
        Before("rename", to, 0);
        _files.Rename(from, to);
    }

    public void Delete(string path)
    {
        Before("delete", path, 0);
        _files.Delete(path);
    }

    public void FlushFolder(string path)
    {
        Before("flush folder", path, 0);
        _files.FlushFolder(path);
    }

    public IDisposable? TryLock(string path)
    {
        Before("lock", path, 0);
        return _files.TryLock(path);
    }

    public long FreeBytes(string folder) => _files.FreeBytes(folder);

    /// <summary>
    /// Called before an operation; throws to fail it. Returns how many bytes of a write to let through before failing, or -1.
    /// </summary>
    protected abstract int Before(string operation, string path, int bytes);

    /// <summary>What a write fails with after its first bytes went through.</summary>
    protected virtual IOException WriteError => new("No space left on device");

    private sealed class WrappedFile(WrappedFiles owner, string path, IStoreFile file) : IStoreFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> bytes, long offset) => file.Read(bytes, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            int through = owner.Before("write", path, bytes.Length);
            if (through < 0)
            {
                file.Write(bytes, offset);
                return;
            }

            file.Write(bytes[..through], offset);
            throw owner.WriteError;
        }

        public void SetLength(long length)
        {
            owner.Before("set length", path, 0);
            file.SetLength(length);
        }

        public void Flush()
        {
            owner.Before("flush", path, 0);
            file.Flush();
        }

        public void Dispose() => file.Dispose();
    }
}
