using ChestXray.Model.Feeding;
using ChestXray.Pipeline;

namespace ChestXray.Model.Benchmarks;

/// <summary>`bench loader`: batches from a mapped store, beside plain copying of the same records and NumPy.</summary>
internal static class LoaderBench
{
    private const int MostImages = 1024;
    private const int Batch = 32;
    private const int BatchesPerRun = 64;

    public static BenchmarkReport Run(Bench bench)
    {
        using TemporaryPhantoms phantoms = new();
        DataSetIndex index = BenchImages.Index(bench.Options.DataFolder, phantoms).First(MostImages);
        PrepareResult prepared = StoreBuilder.Prepare(index, phantoms.Cache, new(), new() { MaxBadShare = 1 }, cancellation: bench.Cancellation);
        using RecordStore store = RecordStore.Open(prepared.Folder, new());
        SetImage[] images =
        [
            .. from image in index.Images
               let found = store.TryFind(image.Label.Stem.ToString(), out StoredRecord record) ? record : (StoredRecord?)null
               where found is not null
               select new SetImage(image.Label, found.Value),
        ];
        PixelStatistics statistics = PixelStatistics.Of(images.Select(image => image.Record), 224 * 224);
        SampleTable rotated = new(), still = new();
        for (int i = 0; i < Batch * BatchesPerRun; i++)
        {
            rotated.Add(images[i % images.Length].Record.Number, 1, images[i % images.Length].Label.FindingBits);
            still.Add(images[i % images.Length].Record.Number, 0, images[i % images.Length].Label.FindingBits);
        }

        using StoreBatchSource augmented = new(store, rotated, statistics, 0), plain = new(store, still, statistics, 0);
        float[] pixels = new float[Batch * 224 * 224], again = new float[pixels.Length], labels = new float[Batch * Findings.Count];
        augmented.Read(3, Batch, Batch, pixels, labels);
        Parallel.For(0, 4, _ => augmented.Read(3, Batch, Batch, new float[pixels.Length], new float[labels.Length]));
        augmented.Read(3, Batch, Batch, again, labels);
        bench.Check(pixels.AsSpan().SequenceEqual(again), "A batch read twice, and beside other threads, has the same bits.");

        int samples = Batch * BatchesPerRun;
        double one = bench.Rate("rotated, zoomed, standardised, 1 thread", "samples/s", samples, () => Epoch(augmented, pixels, labels));
        double many = bench.Rate(
            $"rotated, zoomed, standardised, {bench.Options.ThreadCount} threads", "samples/s", samples, () => EpochOn(augmented, bench.Options.ThreadCount));
        double still1 = bench.Rate("standardised only, 1 thread", "samples/s", samples, () => Epoch(plain, pixels, labels));
        byte[] copy = new byte[Batch * 224 * 224];
        double copied = bench.Rate("limit: the same records copied, 1 thread", "samples/s", samples, () => CopyAll(store, still, copy));
        bench.Metric("threads_over_one", many / one);
        bench.Metric("standardised_of_copy", still1 / copied);
        bench.Metric("allocated_bytes_per_batch", Bench.AllocatedBytes(() => Epoch(augmented, pixels, labels)) / BatchesPerRun);
        foreach ((string peer, double rate) in bench.Peers("loader_peers.py", "samples/s", store.ShardPaths[0]))
            bench.Metric($"standardised_over_{peer}", still1 / rate);
        return bench.Report($"{images.Length} records of 224 x 224 ({bench.Options.DataFolder ?? "made"}), batches of {Batch}, shuffled");
    }

    private static void Epoch(StoreBatchSource source, float[] pixels, float[] labels)
    {
        for (int first = 0; first < source.Count; first += Batch)
            source.Read(1, first, Batch, pixels, labels);
    }

    private static void EpochOn(StoreBatchSource source, int threads) => Parallel.For(
        0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            float[] pixels = new float[Batch * 224 * 224], labels = new float[Batch * Findings.Count];
            for (int first = thread * Batch; first < source.Count; first += threads * Batch)
                source.Read(1, first, Batch, pixels, labels);
        });

    private static void CopyAll(RecordStore store, SampleTable samples, byte[] copy)
    {
        for (int i = 0; i < samples.Count; i++)
            store.Read(samples.Record(i)).CopyTo(copy.AsSpan(i % Batch * store.Layout.RecordBytes));
    }
}
