using ChestXray.Pipeline;

namespace ChestXray.Model.Benchmarks;

/// <summary>A temporary folder for a benchmark's stores and phantoms, removed with it.</summary>
internal sealed class TemporaryPhantoms : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chestxray-bench-").FullName;

    public string Cache => Path.Combine(_folder, "cache");

    /// <summary>Draws phantoms of a radiograph's size; returns their folder.</summary>
    public string Make(int images)
    {
        string folder = Path.Combine(_folder, "phantoms");
        PhantomSet.Write(folder, new() { Images = images, Side = 1024 });
        return folder;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
