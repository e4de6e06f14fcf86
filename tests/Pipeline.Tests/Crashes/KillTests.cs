using System.Diagnostics;
using System.Globalization;
using ChestXray.Pipeline.Caching;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Crashes;

/// <summary>Kills a preparation with SIGKILL at random moments, again and again. CHESTXRAY_KILLS sets how often.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public void Killed_at_any_moment_a_preparation_loses_no_acknowledged_record_and_serves_no_wrong_one()
    {
        using TemporaryFolder folder = new();
        string data = Path.Combine(folder.Path, "phantoms");
        PhantomSet.Write(data, new() { Images = 600, Side = 128 });
        Run(data, folder.Path, 96, Kills(50));
    }

    [Fact]
    public void Killed_at_any_moment_a_preparation_of_real_radiographs_loses_nothing()
    {
        using TemporaryFolder folder = new();
        Run(SharedData.Require("nih-256"), folder.Path, 224, Kills(5));
    }

    private static int Kills(int usual) =>
        Environment.GetEnvironmentVariable("CHESTXRAY_KILLS") is { } wanted ? int.Parse(wanted, CultureInfo.InvariantCulture) : usual;

    private void Run(string data, string folder, int size, int kills)
    {
        StoreLayout layout = new(size);
        DataSetIndex index = DataSetIndex.Read(data);
        string wholeCache = Path.Combine(folder, "whole"), cache = Path.Combine(folder, "cache"),
            store = Path.Combine(cache, layout.FolderName);
        PrepareResult whole = StoreBuilder.Prepare(index, wholeCache, layout);
        Dictionary<string, ulong> expected = Read(whole.Folder, layout);
        TimeSpan span = Time(() => Finish(data, cache, size)), slowest = TimeSpan.Zero;
        Directory.Delete(cache, recursive: true);
        Random random = new(1);
        Dictionary<string, ulong> kept = [];
        int killed = 0, completed = 0, records = 0;
        while (killed < kills)
        {
            using (ChildProcess child = ChildProcess.Prepare(data, cache, size))
            {
                child.ReadLine();
                Thread.Sleep(random.NextDouble() * span / 2);
                child.Kill();
            }

            killed++;
            if (!File.Exists(Path.Combine(store, RecordStore.ManifestFile)))
                continue;
            Dictionary<string, ulong> found = [];
            TimeSpan opening = Time(() =>
            {
                StoreWriter.TryOpen(SystemFiles.Instance, store, layout)!.Dispose();
                RecordStore.Open(store, layout).Dispose();
            });
            found = Read(store, layout);
            slowest = opening > slowest ? opening : slowest;
            Assert.Empty(kept.Keys.Except(found.Keys));
            Assert.All(found, record => Assert.Equal(expected[record.Key], record.Value));
            (kept, records) = (found, records + found.Count);
            if (found.Count < expected.Count)
                continue;
            completed++;
            kept = [];
            Directory.Delete(cache, recursive: true);
        }

        Finish(data, cache, size);
        Assert.Equal(expected.OrderBy(record => record.Key), Read(store, layout).OrderBy(record => record.Key));
        output.WriteLine($"{killed} kills, {completed} stores completed on the way, {records:N0} records held against their pixels; " +
            $"slowest reopening {slowest.TotalMilliseconds:0} ms (writer and reader), a whole preparation {span.TotalSeconds:0.00} s");
    }

    private static void Finish(string data, string cache, int size)
    {
        using ChildProcess child = ChildProcess.Prepare(data, cache, size);
        Assert.Equal("begun", child.ReadLine());
        Assert.Equal("done", child.ReadLine());
        Assert.Equal(0, child.WaitForExit());
    }

    /// <summary>Names and checksums of all records, each held against its pixels.</summary>
    private static Dictionary<string, ulong> Read(string folder, StoreLayout layout)
    {
        using RecordStore store = RecordStore.Open(folder, layout);
        Assert.Empty(store.Damage);
        Assert.All(store.Records, record => Assert.True(store.IsIntact(record), record.Name));
        return store.Records.ToDictionary(record => record.Name, record => record.Hash);
    }

    private static TimeSpan Time(Action work)
    {
        Stopwatch watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed;
    }
}
