using ChestXray.Pipeline.Caching;

namespace ChestXray.Pipeline.Tests.Crashes;

/// <summary>
/// A disk in memory that remembers every operation, so that what a power cut could have left after each of them can be made.
/// </summary>
/// <remarks>
/// Between two flushes of a file its writes, split at 4 KiB, reach the disk in any order or not at all, and one of them may be
/// torn at 512 bytes; so do changes of its length. Names reach the disk in any order between two flushes of their folder. That
/// is less than any file system promises.
/// </remarks>
/// <param name="forgotten">
/// Flushes of files whose names begin so do nothing, and of folders where it is empty: a store that does not wait.
/// </param>
internal sealed class RecordedDisk(string? forgotten = null) : IStoreFiles
{
    private const int Block = 4096, Sector = 512;
    private readonly List<Operation> _operations = [];
    private readonly Dictionary<string, Inode> _names = new(StringComparer.Ordinal);
    private readonly List<Inode> _inodes = [];

    private enum Kind
    {
        Write,
        SetLength,
        Flush,
        Link,
        Rename,
        Delete,
        FlushFolder,
    }

    /// <summary>Operations so far.</summary>
    public int Count => _operations.Count;

    public long? LengthOf(string path) => _names.TryGetValue(path, out Inode? inode) ? inode.Content.Length : null;

    public IStoreFile Open(string path)
    {
        if (!_names.TryGetValue(path, out Inode? inode))
        {
            _names[path] = inode =
                new(forgotten?.Length > 0 && Path.GetFileName(path).StartsWith(forgotten, StringComparison.Ordinal));
            _inodes.Add(inode);
            _operations.Add(new(Kind.Link, inode, path));
        }

        return new OpenFile(this, inode);
    }

    public byte[] ReadAll(string path) => _names[path].Content;

    public byte[] ReadStart(string path, int bytes) => _names[path].Content[..Math.Min(bytes, _names[path].Content.Length)];

    public IReadOnlyList<string> List(string folder) =>
        [.. _names.Keys.Where(path => Path.GetDirectoryName(path) == folder).Select(path => Path.GetFileName(path))];

    public void CreateFolder(string path)
    {
    }

    public void Rename(string from, string to)
    {
        Inode inode = _names[from];
        _names.Remove(from);
        _names[to] = inode;
        _operations.Add(new(Kind.Rename, inode, to, from));
    }

    public void Delete(string path)
    {
        if (_names.Remove(path, out Inode? inode))
            _operations.Add(new(Kind.Delete, inode, path));
    }

    public void FlushFolder(string path)
    {
        if (forgotten != "")
            _operations.Add(new(Kind.FlushFolder, null, path));
    }

    public IDisposable TryLock(string path) => new MemoryStream();

    public long FreeBytes(string folder) => long.MaxValue;

    /// <summary>A state that a power cut right after the first operations could have left.</summary>
    /// <param name="operations">How many operations had returned.</param>
    /// <param name="random">Chooses what of the rest reached the disk.</param>
    public Dictionary<string, byte[]> CutPower(int operations, Random random)
    {
        double share = random.Next(4) switch { 0 => 0, 1 => 1, 2 => 0.5, _ => random.NextDouble() };
        Dictionary<Inode, byte[]> contents =
            _inodes.ToDictionary(inode => inode, inode => ContentOf(inode, operations, share, random));
        Dictionary<string, Inode> names = new(StringComparer.Ordinal);
        int flushed = _operations.Take(operations).ToList().FindLastIndex(operation => operation.Kind == Kind.FlushFolder);
        List<Operation> pending = [];
        for (int i = 0; i < operations; i++)
        {
            if (_operations[i].Kind is not (Kind.Link or Kind.Rename or Kind.Delete))
                continue;
            if (i < flushed)
                Apply(names, _operations[i]);
            else if (random.NextDouble() < share)
                pending.Add(_operations[i]);
        }

        Shuffle(pending, random);
        foreach (Operation operation in pending)
            Apply(names, operation);
        return names.ToDictionary(name => name.Key, name => contents[name.Value]);
    }

    private static void Apply(Dictionary<string, Inode> names, Operation operation)
    {
        if (operation.Kind == Kind.Delete)
            names.Remove(operation.Path);
        else
            names[operation.Path] = operation.Inode!;
        if (operation.From is { } from)
            names.Remove(from);
    }

    private byte[] ContentOf(Inode inode, int operations, double share, Random random)
    {
        byte[] content = [];
        List<Operation> pending = [];
        foreach (Operation operation in _operations.Take(operations).Where(operation => operation.Inode == inode))
        {
            if (operation.Kind is Kind.Write or Kind.SetLength)
                pending.Add(operation);
            if (operation.Kind != Kind.Flush)
                continue;
            pending.ForEach(durable => content = Apply(content, durable));
            pending.Clear();
        }

        List<Operation> parts = [.. pending.SelectMany(Split).Where(_ => random.NextDouble() < share)];
        Shuffle(parts, random);
        if (parts.Count > 0 && parts[0] is { Kind: Kind.Write, Bytes.Length: > Sector } torn && random.Next(2) == 0)
            parts[0] = torn with { Bytes = torn.Bytes[..(random.Next(1 + torn.Bytes.Length / Sector) * Sector)] };
        parts.ForEach(part => content = Apply(content, part));
        return content;
    }

    /// <summary>The parts of a write that reach the disk each on its own.</summary>
    private static IEnumerable<Operation> Split(Operation operation)
    {
        if (operation.Kind != Kind.Write)
        {
            yield return operation;
            yield break;
        }

        for (int start = 0; start < operation.Bytes.Length;)
        {
            int length = (int)Math.Min(operation.Bytes.Length - start, Block - (operation.Offset + start) % Block);
            yield return operation with { Offset = operation.Offset + start, Bytes = operation.Bytes[start..(start + length)] };
            start += length;
        }
    }

    private static byte[] Apply(byte[] content, Operation operation)
    {
        long end = operation.Kind == Kind.SetLength
            ? operation.Offset : Math.Max(content.Length, operation.Offset + operation.Bytes.Length);
        if (end != content.Length)
            Array.Resize(ref content, (int)end);
        operation.Bytes.CopyTo(content.AsSpan((int)Math.Min(operation.Offset, content.Length)));
        return content;
    }

    private static void Shuffle<T>(List<T> items, Random random)
    {
        Span<T> span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(items);
        random.Shuffle(span);
    }

    private sealed class Inode(bool forgetsFlushes)
    {
        public bool ForgetsFlushes { get; } = forgetsFlushes;

        public byte[] Content { get; set; } = [];
    }

    private sealed record Operation(Kind Kind, Inode? Inode, string Path, string? From = null, long Offset = 0)
    {
        public byte[] Bytes { get; init; } = [];
    }

    private sealed class OpenFile(RecordedDisk disk, Inode inode) : IStoreFile
    {
        public long Length => inode.Content.Length;

        public int Read(Span<byte> bytes, long offset)
        {
            ReadOnlySpan<byte> rest = offset < inode.Content.Length ? inode.Content.AsSpan((int)offset) : [];
            int count = Math.Min(rest.Length, bytes.Length);
            rest[..count].CopyTo(bytes);
            return count;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset) => Do(new(Kind.Write, inode, "", null, offset) { Bytes = bytes.ToArray() });

        public void SetLength(long length) => Do(new(Kind.SetLength, inode, "", null, length));

        public void Flush()
        {
            if (!inode.ForgetsFlushes)
                disk._operations.Add(new(Kind.Flush, inode, ""));
        }

        public void Dispose()
        {
        }

        private void Do(Operation operation)
        {
            byte[] copy = [.. inode.Content];
            inode.Content = Apply(copy, operation);
            disk._operations.Add(operation);
        }
    }
}
