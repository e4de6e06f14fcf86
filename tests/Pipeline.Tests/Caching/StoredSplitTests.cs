namespace ChestXray.Pipeline.Tests.Caching;

public sealed class StoredSplitTests : IDisposable
{
    private static readonly StoredSplit _split = new("guide, test 0.2, validation 0.26, seed 0", 3, 2, 1, 0xfeedUL, 127.25, 60.5);
    private readonly SmallSet _set = new(6);

    public void Dispose() => _set.Dispose();

    [Fact]
    public void A_split_and_its_statistics_are_kept_once_by_name_and_survive_the_manifests_mending()
    {
        _set.Prepare();
        Assert.True(Note(_split));
        long length = new FileInfo(Manifest).Length;
        Assert.True(Note(_split));
        Assert.Equal(length, new FileInfo(Manifest).Length);
        Assert.True(Note(_split with { Name = "official, validation 0.26, seed 0" }));
        Assert.True(Note(_split with { Mean = 100 }));
        Damage();
        Assert.Equal(1, _set.Prepare().Decoded);
        using RecordStore store = _set.Open();
        Assert.Equal(6, store.Count);
        Assert.Equal([_split with { Mean = 100 }, _split with { Name = "official, validation 0.26, seed 0" }], store.Splits.OrderBy(split => split.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void A_store_that_another_process_writes_is_left_as_it_is()
    {
        _set.Prepare();
        using RecordStore store = _set.Open();
        using FileStream held =
            new(Path.Combine(_set.StoreFolder, "writer.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        Assert.False(StoreBuilder.NoteSplit(store, _split));
    }

    private bool Note(StoredSplit split)
    {
        using RecordStore store = _set.Open();
        return StoreBuilder.NoteSplit(store, split);
    }

    private void Damage()
    {
        string[] lines = File.ReadAllLines(Manifest);
        lines[3] = lines[3].Replace("\"sum\":", "\"som\":");
        File.WriteAllText(Manifest, string.Join('\n', lines) + "\n");
    }

    private string Manifest => Path.Combine(_set.StoreFolder, "manifest.jsonl");
}
