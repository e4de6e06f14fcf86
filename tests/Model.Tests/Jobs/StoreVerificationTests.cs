using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Jobs;

public sealed class StoreVerificationTests : IDisposable
{
    private static readonly StoreLayout _layout = new(32);
    private readonly TemporaryFolder _folder = new();
    private readonly DataSetIndex _index;

    public StoreVerificationTests()
    {
        string phantoms = Path.Combine(_folder.Path, "phantoms");
        PhantomSet.Write(phantoms, new() { Images = 20, Side = 64 });
        _index = DataSetIndex.Read(phantoms);
        StoreBuilder.Prepare(_index, Cache, _layout, new() { Threads = 1 });
    }

    private string Cache => Path.Combine(_folder.Path, "cache");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_store_without_a_fault_is_said_to_have_none()
    {
        Listener listener = new();
        VerificationResult result = StoreVerification.Run(Cache, repair: false, listener);
        Assert.Equal((20, 0, 0), (result.Records, result.Damaged.Count, result.Faults.Count));
        Assert.Contains("20 records checked, 0 faults", listener.Text);
    }

    [Fact]
    public void Damaged_records_and_lines_are_named_and_after_a_repair_decoded_anew()
    {
        string name = Damage();
        Listener listener = new();
        VerificationResult found = StoreVerification.Run(Cache, repair: false, listener),
            again = StoreVerification.Run(Cache, repair: true, new Listener());
        Assert.Equal([name], found.Damaged);
        Assert.Equal(["manifest-line", "damaged-record"], found.Faults.Select(fault => fault.Kind));
        Assert.Equal(found.Faults, again.Faults);
        Assert.Contains(name, listener.Text);

        Assert.Equal(2, StoreBuilder.Prepare(_index, Cache, _layout).Decoded);
        Assert.Empty(StoreVerification.Run(Cache, repair: false, new Listener()).Faults);
    }

    /// <summary>Damages one record's pixels and another's line; returns the first one's name.</summary>
    private string Damage()
    {
        string folder = Path.Combine(Cache, _layout.FolderName), manifest = Path.Combine(folder, "manifest.jsonl"),
            shard = Path.Combine(folder, "pixels-0000.npy");
        byte[] pixels = File.ReadAllBytes(shard);
        pixels[4096 + 3 * _layout.RecordBytes + 100] ^= 16;
        File.WriteAllBytes(shard, pixels);
        string[] lines = File.ReadAllLines(manifest);
        lines[10] = lines[10].Replace("\"xxh3\"", "\"xxh4\"");
        File.WriteAllText(manifest, string.Join('\n', lines) + "\n");
        using RecordStore store = RecordStore.Open(folder, _layout);
        return store.Records.Single(record => record.Number == 3).Name;
    }
}
