using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Quality;

/// <summary>A clean phantom set, drawn once for all tests of a class.</summary>
public sealed class PhantomSource : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PhantomSource() => PhantomSet.Write(Folder, new() { Images = 120, Side = 128, Seed = 3 });

    public string Folder => Path.Combine(_folder.Path, "phantoms");

    public void Dispose() => _folder.Dispose();
}
