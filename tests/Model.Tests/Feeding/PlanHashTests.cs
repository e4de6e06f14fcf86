using ChestXray.Model.Feeding;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Feeding;

public sealed class PlanHashTests : IDisposable
{
    private const int Size = 32;
    private const int Epoch = 3;
    private const int BatchSize = 7;
    private readonly TemporaryFolder _folder = new();
    private readonly RecordStore _store;
    private readonly SampleTable _samples;
    private readonly PixelStatistics _statistics;

    public PlanHashTests()
    {
        string phantoms = Path.Combine(_folder.Path, "phantoms");
        PhantomSet.Write(phantoms, new() { Images = 120, Side = 64 });
        DataSetIndex index = DataSetIndex.Read(phantoms);
        _store = RecordStore.Open(StoreBuilder.Prepare(index, Path.Combine(_folder.Path, "cache"), new(Size)).Folder, new(Size));
        TrainingData data = TrainingData.Make(index, PatientSplit.Guide(index.Labels, new()), _store);
        (_samples, _statistics) = (SampleTable.Of(Recipe.Guide, data.Sets[SplitSet.Train]), data.Statistics);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Plan_and_pixels_have_one_hash_for_any_threads_prefetch_and_resumption()
    {
        using StoreBatchSource expected = Source();
        ulong plan = expected.PlanHash(Epoch, 0, expected.Count);
        float[] pixels = Take(expected, threads: 1, slots: 2, first: 0);

        foreach (int threads in new[] { 1, 2, 4, 8 })
        {
            foreach (int slots in new[] { 2, 3, threads + 1, 17 })
            {
                foreach (int first in new[] { 0, 1, BatchSize, 40, expected.Count - 1 })
                {
                    using StoreBatchSource source = Source();
                    float[] taken = Take(source, threads, slots, first);
                    Assert.Equal(plan, expected.PlanHash(Epoch, 0, first) + source.ServedHash);
                    Assert.True(pixels.AsSpan(first * Size * Size).SequenceEqual(taken));
                }
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Any_number_of_ranks_reads_the_same_epoch_every_sample_once(int ranks)
    {
        using StoreBatchSource whole = Source();
        ulong sum = 0;
        int count = 0;
        for (int rank = 0; rank < ranks; rank++)
        {
            using StoreBatchSource part = new(_store, _samples, _statistics, 7, rank, ranks);
            Take(part, threads: 2, slots: 3, first: 0);
            (sum, count) = (sum + part.ServedHash, count + part.Count);
        }

        Assert.Equal((whole.PlanHash(Epoch, 0, whole.Count), whole.Count), (sum, count));
    }

    [Fact]
    public void The_hash_tells_epochs_seeds_labels_and_matrices_apart()
    {
        using StoreBatchSource source = Source(), seeded = new(_store, _samples, _statistics, 8);
        SampleTable other = new(), still = new();
        for (int i = 0; i < _samples.Count; i++)
        {
            other.Add(_samples.Record(i), _samples.Passes(i), (ushort)(_samples.FindingBits(i) ^ (i == 5 ? 1 : 0)));
            still.Add(_samples.Record(i), 0, _samples.FindingBits(i));
        }

        using StoreBatchSource labelled = new(_store, other, _statistics, 7), unmoved = new(_store, still, _statistics, 7);
        ulong[] hashes =
        [
            .. new[] { source, seeded, labelled, unmoved }.Select(one => one.PlanHash(Epoch, 0, one.Count)),
            source.PlanHash(Epoch + 1, 0, source.Count), source.PlanHash(Epoch, 0, source.Count - 1),
        ];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void Passes_that_are_broken_off_and_begun_anew_leave_nothing_behind()
    {
        using StoreBatchSource source = Source();
        using BatchRing ring = new(3, BatchSize, Size);
        for (int epoch = 0; epoch < 20; epoch++)
        {
            using BatchFeed feed = new(source, ring, epoch, 0, 2);
            for (int batch = 0; batch < epoch % 4; batch++)
            {
                Assert.True(feed.TryTake(out _, out int first, out _));
                Assert.Equal(batch * BatchSize, first);
                feed.Release();
            }
        }

        Assert.NotEmpty(Take(source, 2, 3, 0));
        Assert.InRange(source.Lanes, 1, 3);
    }

    private StoreBatchSource Source() => new(_store, _samples, _statistics, 7);

    /// <summary>The pixels of an epoch's rest, in the order in which training gets them.</summary>
    private static float[] Take(StoreBatchSource source, int threads, int slots, int first)
    {
        using BatchRing ring = new(slots, BatchSize, Size);
        using BatchFeed feed = new(source, ring, Epoch, first, threads);
        List<float> pixels = [];
        while (feed.TryTake(out int slot, out _, out int count))
        {
            pixels.AddRange(ring.Pixels(slot, count));
            feed.Release();
        }

        LoaderReport report = feed.Report;
        Assert.Equal((source.Count - first + BatchSize - 1) / BatchSize, report.Batches);
        Assert.InRange(report.Headspace, 1, double.MaxValue);
        return [.. pixels];
    }
}
