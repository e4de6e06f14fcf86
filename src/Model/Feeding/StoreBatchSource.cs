using System.Collections.Concurrent;
using ChestXray.Kernels;
using ChestXray.Pipeline;

namespace ChestXray.Model.Feeding;

/// <summary>
/// The samples of one set, read in place from a store: order and matrices are pure functions of (seed, epoch, record), and one fused pass
/// gathers, standardises and writes. Thread-safe; does not own the store.
/// </summary>
internal sealed unsafe class StoreBatchSource : IBatchSource, IDisposable
{
    private static readonly RandomRotateZoom _guide = new(0.1 * 2 * Math.PI, 0.2);

    private readonly RecordStore _store;
    private readonly SampleTable _samples;
    private readonly PixelStatistics _statistics;
    private readonly ulong? _seed;
    private readonly ConcurrentBag<FeedLane> _lanes = [];

    /// <param name="store">The records; must outlive this source.</param>
    /// <param name="samples">What an epoch consists of.</param>
    /// <param name="statistics">What pixels are standardised by.</param>
    /// <param name="seed">Key of order and augmentation; null keeps the table's order.</param>
    public StoreBatchSource(RecordStore store, SampleTable samples, PixelStatistics statistics, ulong? seed)
    {
        (_store, _samples, _statistics, _seed) = (store, samples, statistics, seed);
    }

    public int Count => _samples.Count;

    public int Size => _store.Layout.Size;

    public void Read(int epoch, int first, int count, Span<float> images, Span<float> labels)
    {
        if (epoch < 0 || first < 0 || count < 1 || first + count > Count)
            throw new ArgumentException($"Samples {first} to {first + count} of epoch {epoch} were asked for; an epoch has {Count}.");
        if (images.Length != count * Size * Size || labels.Length != count * Findings.Count)
        {
            throw new ArgumentException(
                $"{images.Length} pixels and {labels.Length} labels for {count} samples; they need {count * Size * Size} and {count * Findings.Count}.");
        }

        if (!_lanes.TryTake(out FeedLane? lane))
            lane = new(_store.Layout, _statistics);
        lane.Reserve(count);
        Permutation order = new(Count, _seed ?? 0, epoch);
        for (int i = 0; i < count; i++)
        {
            int sample = _seed is null ? first + i : order[first + i], record = _samples.Record(sample);
            _ = _store.Read(record);
            lane.Records[i] = record;
            lane.Matrices[i] = _guide.Draw(_seed ?? 0, epoch, record, _samples.Passes(sample), Size);
            WriteLabels(_samples.FindingBits(sample), labels.Slice(i * Findings.Count, Findings.Count));
        }

        if (_store.Layout.Pixels == PixelType.U16)
            lane.Augmenter.Run((ushort*)_store.Pixels, _store.Capacity, lane.Records.AsSpan(0, count), lane.Matrices.AsSpan(0, count), images);
        else
            lane.Augmenter.Run(_store.Pixels, _store.Capacity, lane.Records.AsSpan(0, count), lane.Matrices.AsSpan(0, count), images);
        _lanes.Add(lane);
    }

    /// <summary>The images of a batch, for an error that names them.</summary>
    public IEnumerable<int> Records(int epoch, int first, int count)
    {
        Permutation order = new(Count, _seed ?? 0, epoch);
        return Enumerable.Range(first, count).Select(i => _samples.Record(_seed is null ? i : order[i]));
    }

    public void Dispose()
    {
        while (_lanes.TryTake(out FeedLane? lane))
            lane.Augmenter.Dispose();
    }

    private static void WriteLabels(ushort bits, Span<float> labels)
    {
        for (int finding = 0; finding < labels.Length; finding++)
            labels[finding] = bits >> finding & 1;
    }
}
