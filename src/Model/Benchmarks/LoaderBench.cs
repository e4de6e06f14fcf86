using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using ChestXray.Model.Feeding;
using ChestXray.Pipeline;

namespace ChestXray.Model.Benchmarks;

/// <summary>
/// `bench loader`: batches from a mapped store, beside plain copying of the same records, NumPy and PyTorch's DataLoader.
/// </summary>
internal static class LoaderBench
{
    private const int Batch = 32;
    private const int BrokenEpochs = 50;
    private const int Resumptions = 100;

    /// <summary>What `bench step` measured on two cores.</summary>
    private const double FastTraining = 190;

    public static BenchmarkReport Run(Bench bench)
    {
        using LoaderStore loader = new(bench);
        RecordStore store = loader.Store;
        ReleaseMemory();
        using MemoryWatch memory = new();
        using StoreBatchSource augmented = loader.Source(1), plain = loader.Source(0);
        float[] pixels = new float[Batch * store.Layout.Size * store.Layout.Size], labels = new float[Batch * Findings.Count];
        float[][] ring = [.. Enumerable.Range(0, bench.Options.ThreadCount).Select(_ => new float[pixels.Length])];
        CheckResults(bench, loader, augmented, pixels, labels, ring);

        int samples = augmented.Count, threads = bench.Options.ThreadCount, batches = (samples + Batch - 1) / Batch;
        bench.Add($"opening a store of {store.Count:N0} records", "ms", loader.OpeningMilliseconds);
        double one = bench.Rate("rotated, zoomed, standardised, 1 thread", "samples/s", samples,
            () => Epoch(augmented, pixels, labels));
        double many = bench.Rate($"rotated, zoomed, standardised, {threads} threads", "samples/s", samples,
            () => EpochOn(augmented, ring));
        double still = bench.Rate("standardised only, 1 thread", "samples/s", samples, () => Epoch(plain, pixels, labels));
        double copied = bench.Rate("limit: the same records copied, 1 thread", "samples/s", samples,
            () => CopyAll(store, pixels.Length, plain));
        double planned = bench.Rate("plan alone (order, matrices, labels, hash), 1 thread", "samples/s", samples,
            () => augmented.PlanHash(1, 0, samples));
        bench.Add("resuming at a random position, to the first batch", "ms", Resume(loader, pixels, labels));
        bench.Metric("growth_bytes_per_epoch", Growth(augmented, ring));
        memory.Dispose();
        bench.Metric("peak_owned_mib", memory.PeakOwnedBytes / 1048576.0);
        bench.Metric("threads_over_one", many / one);
        bench.Metric("standardised_of_copy", still / copied);
        bench.Metric("allocated_bytes_per_batch", Bench.AllocatedBytes(() => Epoch(augmented, pixels, labels)) / batches);
        bench.Note(Explain(one, many, planned, copied, threads));
        bench.Note(TierPlan.Of(store.Layout, store.Count, 0, 0, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes).ToString());
        string[] arguments = bench.Options.DataFolder is { } data ? [store.ShardPaths[0], Path.GetFullPath(data)] : [store.ShardPaths[0]];
        foreach ((string peer, double rate) in bench.Peers("loader_peers.py", "samples/s", arguments))
            bench.Metric($"standardised_over_{peer}", still / rate);
        return bench.Report(
            $"{store.Count:N0} records of 224 x 224 ({bench.Options.DataName}), epochs of {samples:N0} shuffled samples in batches of {Batch}");
    }

    private static void CheckResults(
        Bench bench, LoaderStore loader, StoreBatchSource augmented, float[] pixels, float[] labels, float[][] ring)
    {
        float[] again = new float[pixels.Length];
        augmented.Read(3, Batch, Batch, pixels, labels);
        Parallel.For(0, ring.Length, slot => augmented.Read(3, Batch, Batch, ring[slot], new float[labels.Length]));
        augmented.Read(3, Batch, Batch, again, labels);
        bench.Check(pixels.AsSpan().SequenceEqual(again), "A batch read twice, and beside other threads, has the same bits.");
        ulong before = augmented.ServedHash;
        EpochOn(augmented, ring);
        bench.Check(augmented.ServedHash - before == augmented.PlanHash(1, 0, augmented.Count),
            "An epoch read by several threads has the hash of its plan.");
        bench.Check(loader.Store.Damage.Count == 0, "Every line of the store's manifest is whole, and every record read had its checksum.");
    }

    private static void Epoch(StoreBatchSource source, float[] pixels, float[] labels)
    {
        int size = pixels.Length / Batch;
        for (int first = 0; first < source.Count; first += Batch)
        {
            int count = Math.Min(Batch, source.Count - first);
            source.Read(1, first, count, pixels.AsSpan(0, count * size), labels.AsSpan(0, count * Findings.Count));
        }
    }

    /// <summary>An epoch, or its first samples, into a ring of one slot for each thread.</summary>
    private static void EpochOn(StoreBatchSource source, float[][] ring, int samples = int.MaxValue) => Parallel.For(
        0, ring.Length, new ParallelOptions { MaxDegreeOfParallelism = ring.Length }, thread =>
        {
            int size = source.Size * source.Size, end = Math.Min(samples, source.Count), threads = ring.Length;
            float[] pixels = ring[thread], labels = new float[Batch * Findings.Count];
            for (int first = thread * Batch; first < end; first += threads * Batch)
            {
                int count = Math.Min(Batch, end - first);
                source.Read(1, first, count, pixels.AsSpan(0, count * size), labels.AsSpan(0, count * Findings.Count));
            }
        });

    private static void CopyAll(RecordStore store, int pixels, StoreBatchSource order)
    {
        byte[] copy = new byte[pixels];
        int i = 0;
        foreach (int record in order.Records(1, 0, order.Count))
            store.Read(record).CopyTo(copy.AsSpan(i++ % Batch * store.Layout.RecordBytes));
    }

    /// <summary>Milliseconds from nothing but an open store to a batch in the middle of an epoch.</summary>
    private static double[] Resume(LoaderStore loader, float[] pixels, float[] labels)
    {
        Random random = new(1);
        using StoreBatchSource table = loader.Source(1);
        double[] times = new double[Resumptions];
        for (int i = 0; i < times.Length; i++)
        {
            int first = random.Next(table.Count - Batch);
            long begun = Stopwatch.GetTimestamp();
            using StoreBatchSource resumed = table.Again();
            resumed.Read(random.Next(1000), first, Batch, pixels, labels);
            times[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }

        return times;
    }

    /// <summary>Bytes of memory that an epoch leaves behind, over epochs that are broken off at random.</summary>
    private static double Growth(StoreBatchSource source, float[][] ring)
    {
        Random random = new(1);
        for (int warm = 0; warm < 5; warm++)
            EpochOn(source, ring, source.Count / 5);
        ReleaseMemory();
        long before = OwnedBytes();
        for (int epoch = 0; epoch < BrokenEpochs; epoch++)
            EpochOn(source, ring, random.Next(Batch, source.Count / 2));
        ReleaseMemory();
        return Math.Max(0, (OwnedBytes() - before) / (double)BrokenEpochs);
    }

    private static string Explain(double one, double many, double planned, double copied, int threads)
    {
        double all = 1e6 / one, plan = 1e6 / planned, memory = 1e6 / copied;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"A sample takes {all:0.0} us of a thread: {plan:0.00} its plan, at least {memory:0.0} its bytes, the rest its arithmetic. {threads} threads are busy " +
            $"{many / one / threads:P0} of what one is; {(all > 2 * (plan + memory) ? "the arithmetic binds" : "memory binds")}. Training at {FastTraining} samples/s would have a headspace of {1 + FastTraining / many:0.000}.");
    }

    private static void ReleaseMemory()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private static long OwnedBytes() => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
