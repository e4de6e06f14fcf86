using System.Globalization;
using System.IO.Hashing;
using ChestXray.Pipeline.Caching;

namespace ChestXray.Pipeline.Tests.Crashes;

/// <summary>
/// A store is made, grown, changed and mended on a recorded disk; the power is cut at random operations. CHESTXRAY_POWER_CUTS
/// sets how often.
/// </summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const string Folder = "/store";
    private readonly int _states =
        int.Parse(Environment.GetEnvironmentVariable("CHESTXRAY_POWER_CUTS") ?? "400", CultureInfo.InvariantCulture);
    private RecordedDisk _disk = new();

    /// <summary>
    /// By number of operations: the version of every image that is promised to survive from there on; 0 for none.
    /// </summary>
    private readonly List<(int Operations, int[] Versions)> _promises = [(0, new int[Images])];

    private const int Images = 60;

    public static TheoryData<int> Sizes { get; } = [8, 64];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Whatever_a_power_cut_leaves_no_wrong_record_is_served_and_no_acknowledged_one_lost(int size)
    {
        StoreLayout layout = new(size) { ShardBytes = 32768 };
        WriteHistory(layout);
        Random random = new(size);
        int refused = 0, served = 0, damaged = 0;
        using Materialised real = new(layout);
        for (int state = 0; state < _states / 2; state++)
        {
            int operations = random.Next(_disk.Count + 1);
            int[] promised = _promises.Last(promise => promise.Operations <= operations).Versions;
            real.Write(_disk.CutPower(operations, random));
            try
            {
                using RecordStore store = RecordStore.Open(real.Folder, layout);
                damaged += store.Damage.Count > 0 ? 1 : 0;
                served += Judge(store, layout, promised);
            }
            catch (DataSetException error)
            {
                Assert.True(promised.All(version => version == 0), $"{operations}: {error.Message}");
                refused++;
            }

            Reopen(real.Folder, layout, promised);
        }

        output.WriteLine($"{_states / 2} states of {_disk.Count} operations at {size} x {size}: {served:N0} records served, {refused} stores refused before anything " +
            $"was acknowledged in them, {damaged} with damaged lines that were named");
        Assert.InRange(served, 1, int.MaxValue);
    }

    [Theory]
    [InlineData("pixels-")]
    [InlineData("manifest")]
    [InlineData("")]
    public void A_store_that_did_not_wait_for_the_disk_would_be_caught(string forgotten)
    {
        _disk = new(forgotten);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(
            () => Whatever_a_power_cut_leaves_no_wrong_record_is_served_and_no_acknowledged_one_lost(64));
    }

    /// <summary>The versions of all records must be right in their pixels and at least those promised.</summary>
    private static int Judge(RecordStore store, StoreLayout layout, int[] promised)
    {
        foreach (StoredRecord record in store.Records)
        {
            byte[] expected = PixelsOf(layout, int.Parse(record.Name, CultureInfo.InvariantCulture), (int)record.SourceModified);
            Assert.True(store.Read(record.Number).SequenceEqual(expected), record.ToString());
        }

        for (int image = 0; image < Images; image++)
        {
            if (promised[image] > 0)
                Assert.True(store.TryFind(Name(image), out StoredRecord record)
                    && record.SourceModified >= promised[image], $"{Name(image)} was promised and is lost");
        }

        return store.Count;
    }

    /// <summary>The next preparation keeps what was promised, completes the rest and leaves a store without a fault.</summary>
    private static void Reopen(string folder, StoreLayout layout, int[] promised)
    {
        const int last = 9;
        using (StoreWriter writer = StoreWriter.TryOpen(SystemFiles.Instance, folder, layout)!)
        {
            for (int image = 0; image < Images; image++)
                Assert.True(promised[image] == 0 || writer.Manifest.Records.ContainsKey(Name(image)));
            Write(writer, layout, writer.Plan([.. Enumerable.Range(0, Images).Select(image => Image(image, last))]), last);
        }

        using RecordStore store = RecordStore.Open(folder, layout);
        Assert.Empty(store.Damage);
        Assert.Equal(Images, Judge(store, layout, [.. Enumerable.Repeat(last, Images)]));
    }

    /// <summary>Three sessions: most images in chunks; a record withdrawn and others changed; the rest.</summary>
    private void WriteHistory(StoreLayout layout)
    {
        int[] now = new int[Images];
        Session([.. Enumerable.Range(0, 45)], 1);
        using (StoreWriter writer = StoreWriter.TryOpen(_disk, Folder, layout)!)
        {
            now[3] = 0;
            Promise();
            writer.TakeBack([Name(3)]);
        }

        Session([.. Enumerable.Range(0, 4), .. Enumerable.Range(45, 6)], 2);
        Session([.. Enumerable.Range(0, Images)], 3);

        void Session(int[] images, int version)
        {
            using StoreWriter writer = StoreWriter.TryOpen(_disk, Folder, layout)!;
            foreach (DecodeJob[] chunk in writer.Plan([.. images.Select(image => Image(image, version))]).Chunk(12))
            {
                Write(writer, layout, chunk, version);
                foreach (DecodeJob job in chunk)
                    now[int.Parse(job.Image.Label.Stem, CultureInfo.InvariantCulture)] = version;
                Promise();
            }
        }

        void Promise() => _promises.Add((_disk.Count, [.. now]));
    }

    private static void Write(StoreWriter writer, StoreLayout layout, IEnumerable<DecodeJob> jobs, int version)
    {
        List<StoredRecord> records = [];
        foreach (DecodeJob job in jobs)
        {
            byte[] pixels = PixelsOf(layout, int.Parse(job.Image.Label.Stem, CultureInfo.InvariantCulture), version);
            writer.WritePixels(job.Slot, pixels);
            records.Add(new(job.Slot, job.Image.Label.Stem.ToString(), 0, 1, version, 0, 0, 1, 1, XxHash3.HashToUInt64(pixels)));
        }

        writer.Acknowledge(records, []);
    }

    private static byte[] PixelsOf(StoreLayout layout, int image, int version)
    {
        byte[] pixels = new byte[layout.RecordBytes];
        new Random(image * 100 + version).NextBytes(pixels);
        return pixels;
    }

    private static string Name(int image) => image.ToString("D8", CultureInfo.InvariantCulture);

    private static IndexedImage Image(int image, int version) =>
        new(new($"{Name(image)}.png", 0, 1, 0, 0, 'M', "PA"), $"/{Name(image)}.png", 1, version);

    /// <summary>A state of the disk as real files.</summary>
    private sealed class Materialised(StoreLayout layout) : IDisposable
    {
        private readonly MemoryFolder _root = new();

        public string Folder => Path.Combine(_root.Path, layout.FolderName);

        public void Write(Dictionary<string, byte[]> files)
        {
            if (Directory.Exists(Folder))
                Directory.Delete(Folder, recursive: true);
            Directory.CreateDirectory(Folder);
            foreach ((string path, byte[] content) in files)
                File.WriteAllBytes(Path.Combine(Folder, Path.GetFileName(path)), content);
        }

        public void Dispose() => _root.Dispose();
    }
}
