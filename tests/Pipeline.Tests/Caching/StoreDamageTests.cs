namespace ChestXray.Pipeline.Tests.Caching;

/// <summary>What damage to a store costs, and who says so.</summary>
public sealed class StoreDamageTests : IDisposable
{
    private readonly SmallSet _set = new(6);

    public void Dispose() => _set.Dispose();

    [Fact]
    public void A_damaged_record_is_found_on_first_touch()
    {
        _set.Prepare();
        byte[] bytes = File.ReadAllBytes(Pixels);
        bytes[4096 + 2 * 64 + 7] ^= 1;
        File.WriteAllBytes(Pixels, bytes);

        using RecordStore store = _set.Open();

        Assert.Contains("Record 2 (00000003_000)", Assert.Throws<DataSetException>(() => store.Read(2)).Message);
        Assert.Equal(40, store.Read(3)[0]);
    }

    [Fact]
    public void An_older_or_foreign_store_is_refused_by_name()
    {
        _set.Prepare();
        string old = """{"format":"chestxray-store","version":1,"decoder":1,"size":8,"pixels":"u8","resize":"bilinear, half-pixel centres, no antialias"}""" + "\n";
        foreach (string bad in new[] { old, old + "{\"record\":0}\n", "{}\n", "some text" })
        {
            File.WriteAllText(Manifest, bad);
            Assert.Contains("Remove the folder", Assert.Throws<DataSetException>(() => _set.Open()).Message,
                StringComparison.OrdinalIgnoreCase);
            Assert.Contains("manifest.jsonl", Assert.Throws<DataSetException>(() => _set.Prepare()).Message);
        }

        StoreBuilder.Prepare(_set.Index, _set.Cache, new(16));
        File.Copy(Path.Combine(_set.Cache, "16-u8", "manifest.jsonl"), Manifest, overwrite: true);
        Assert.Contains("\"size\":16", Assert.Throws<DataSetException>(() => _set.Open()).Message);
    }

    [Fact]
    public void A_damaged_line_costs_its_record_alone()
    {
        _set.Prepare(new() { Threads = 1 });
        string[] lines = File.ReadAllLines(Manifest);
        lines[3] = lines[3].Replace("\"sum\":", "\"som\":");
        File.WriteAllText(Manifest, string.Join('\n', lines) + "\n");
        using (RecordStore damaged = _set.Open())
        {
            Assert.Equal((5, "line 4"), (damaged.Count, Assert.Single(damaged.Damage).Name));
            Assert.False(damaged.TryFind("00000003_000", out _));
        }

        PrepareResult second = _set.Prepare();

        Assert.Equal((1, 5, "manifest-line"), (second.Decoded, second.Reused, Assert.Single(second.Mended).Kind));
        using RecordStore store = _set.Open();
        Assert.Empty(store.Damage);
        Assert.True(store.TryFind("00000003_000", out StoredRecord mended));
        Assert.Equal((6, 30), (mended.Number, store.Read(6)[0]));
    }

    [Fact]
    public void A_cut_off_shard_costs_the_records_behind_the_cut()
    {
        _set.Prepare(new() { Threads = 1 });
        File.WriteAllBytes(Pixels, File.ReadAllBytes(Pixels)[..(4096 + 4 * 64 + 10)]);
        Assert.Contains("cut off", Assert.Throws<DataSetException>(() => _set.Open()).Message);

        PrepareResult second = _set.Prepare();

        Assert.Equal((2, 4), (second.Decoded, second.Reused));
        using RecordStore store = _set.Open();
        for (int i = 1; i <= 6; i++)
        {
            Assert.True(store.TryFind($"{i:D8}_000", out StoredRecord record));
            Assert.Equal(10 * i, store.Read(record.Number)[0]);
        }
    }

    private string Pixels => Path.Combine(_set.StoreFolder, "pixels-0000.npy");

    private string Manifest => Path.Combine(_set.StoreFolder, "manifest.jsonl");
}
