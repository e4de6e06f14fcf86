namespace ChestXray.Pipeline.Tests.Phantoms;

/// <summary>A folder that does not exist yet and is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), "chestxray-" + Guid.NewGuid().ToString("N"));

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>All files below by relative name.</summary>
    public SortedDictionary<string, byte[]> Content()
    {
        SortedDictionary<string, byte[]> content = new(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
            content.Add(System.IO.Path.GetRelativePath(Path, path), System.IO.File.ReadAllBytes(path));
        return content;
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
