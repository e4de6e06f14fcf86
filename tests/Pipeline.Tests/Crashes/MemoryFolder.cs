namespace ChestXray.Pipeline.Tests.Crashes;

/// <summary>A folder in memory where the system has such a place, for tests that write thousands of small files.</summary>
internal sealed class MemoryFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    public MemoryFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(
        Directory.Exists(Memory) ? Memory : System.IO.Path.GetTempPath(), $"chestxray-{Guid.NewGuid():N}");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
