namespace ChestXray.Pipeline.Caching;

/// <summary>
/// Every operation that a store's writer does on files, so that tests can fail, count or lose them. Paths are full.
/// Failures are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>. Thread-safe.
/// </summary>
internal interface IStoreFiles
{
    /// <summary>A file's length; null where there is none.</summary>
    long? LengthOf(string path);

    /// <summary>Opens for reading and writing; makes the file where it is missing.</summary>
    IStoreFile Open(string path);

    byte[] ReadAll(string path);

    /// <summary>The first bytes of a file, fewer where it ends before.</summary>
    byte[] ReadStart(string path, int bytes);

    /// <summary>The names of the files in a folder; none where there is no folder.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>Makes a folder with those above it, durably.</summary>
    void CreateFolder(string path);

    /// <summary>Gives a file another name, over the one that had it. Durable after <see cref="FlushFolder"/>.</summary>
    void Rename(string from, string to);

    void Delete(string path);

    /// <summary>Makes the names in a folder durable.</summary>
    void FlushFolder(string path);

    /// <summary>
    /// Takes a lock that the system frees when its holder ends, however it ends; null where somebody else holds it.
    /// </summary>
    IDisposable? TryLock(string path);

    long FreeBytes(string folder);
}
