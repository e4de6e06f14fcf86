using ChestXray.Pipeline;

namespace ChestXray.Model.Benchmarks;

/// <summary>A temporary folder for a benchmark's stores and phantoms, removed with it.</summary>
internal sealed class TemporaryPhantoms : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chestxray-bench-").FullName;

    public string Folder => _folder;

    public string Cache => Path.Combine(_folder, "cache");

    /// <summary>Draws phantoms of a radiograph's size; returns their folder.</summary>
    public string Make(int images)
    {
        string folder = Path.Combine(_folder, "phantoms");
        PhantomSet.Write(folder, new() { Images = images, Side = 1024 });
        return folder;
    }

    /// <summary>Writes files for peers to read; returns their paths.</summary>
    public string[] Keep(string name, IReadOnlyList<byte[]> files)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        string[] paths = [.. files.Select((_, i) => Path.Combine(folder, $"{i:D4}"))];
        for (int i = 0; i < files.Count; i++)
            File.WriteAllBytes(paths[i], files[i]);
        return paths;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
