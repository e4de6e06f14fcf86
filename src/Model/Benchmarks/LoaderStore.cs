using System.Diagnostics;
using ChestXray.Model.Feeding;
using ChestXray.Pipeline;

namespace ChestXray.Model.Benchmarks;

/// <summary>
/// The store that `bench loader` measures: the named images' (or phantoms') records, repeated up to the size asked for.
/// </summary>
internal sealed class LoaderStore : IDisposable
{
    /// <summary>Samples of the guide's training epoch on the whole data set.</summary>
    public const int GuideSamples = 82_992;

    private const int MostImages = 1024;
    private const int FewSamples = 2048;
    private const int Openings = 5;
    private readonly TemporaryPhantoms _temporary = new();

    public LoaderStore(Bench bench)
    {
        try
        {
            DataSetIndex index = BenchImages.Index(bench.Options.DataFolder, _temporary).First(MostImages);
            PrepareResult prepared = StoreBuilder.Prepare(index, _temporary.Cache, new(), new() { MaxBadShare = 1 }, cancellation: bench.Cancellation);
            string folder = prepared.Folder;
            if (bench.Options.Records > 0)
            {
                using RecordStore small = RecordStore.Open(folder, new());
                folder = StoreTiling.Make(small, Path.Combine(_temporary.Cache, "tiled"), bench.Options.Records,
                    bench.Cancellation);
            }

            OpeningMilliseconds = [.. Enumerable.Range(0, Openings).Select(_ => TimeOpening(folder))];
            Store = RecordStore.Open(folder, new());
            Statistics = PixelStatistics.Of(Store.Records, Store.Layout.Size * Store.Layout.Size);
        }
        catch
        {
            _temporary.Dispose();
            throw;
        }
    }

    public RecordStore Store { get; }

    public PixelStatistics Statistics { get; }

    public double[] OpeningMilliseconds { get; }

    /// <summary>An epoch: every record in turn, each rotated and zoomed so many times.</summary>
    public StoreBatchSource Source(int passes, ulong seed = 0)
    {
        SampleTable table = new();
        int[] records = [.. Store.Records.Select(record => record.Number).Order()];
        ushort[] labels = [.. Store.Records.OrderBy(record => record.Number).Select(record => record.FindingBits)];
        int samples = records.Length > FewSamples ? Math.Min(records.Length, GuideSamples) : FewSamples;
        for (int i = 0; i < samples; i++)
            table.Add(records[i % records.Length], passes, labels[i % records.Length]);
        return new(Store, table, Statistics, seed);
    }

    public void Dispose()
    {
        Store.Dispose();
        _temporary.Dispose();
    }

    private static double TimeOpening(string folder)
    {
        long begun = Stopwatch.GetTimestamp();
        RecordStore.Open(folder, new()).Dispose();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }
}
