using System.Collections.Concurrent;
using ChestXray.Kernels;
using ChestXray.Pipeline;

namespace ChestXray.Model.Feeding;

/// <summary>
/// The samples of one set, read in place from a store: order and matrices are pure functions of (seed, epoch, record), and one
/// fused pass gathers, standardises and writes. Thread-safe; does not own the store.
/// </summary>
internal sealed unsafe class StoreBatchSource : IPlannedSource, IDisposable
{
    /// <summary>Samples whose records are fetched into the cache while those before are worked on.</summary>
    private const int Ahead = 2;

    /// <summary>The guide's augmentation.</summary>
    public static readonly RandomRotateZoom Guide = new(0.1 * 2 * Math.PI, 0.2);

    private readonly RecordStore _store;
    private readonly SampleTable _samples;
    private readonly PixelStatistics _statistics;
    private readonly ulong? _seed;
    private readonly int _rank;
    private readonly int _ranks;
    private readonly ConcurrentBag<FeedLane> _lanes = [];
    private ulong _servedHash;

    /// <param name="store">The records; must outlive this source.</param>
    /// <param name="samples">What an epoch consists of.</param>
    /// <param name="statistics">What pixels are standardised by.</param>
    /// <param name="seed">Key of order and augmentation; null keeps the table's order.</param>
    /// <param name="rank">Which of several processes this is: it reads its share of every epoch.</param>
    /// <param name="ranks">How many processes there are.</param>
    public StoreBatchSource(
        RecordStore store, SampleTable samples, PixelStatistics statistics, ulong? seed, int rank = 0, int ranks = 1)
    {
        (_store, _samples, _statistics, _seed, _rank, _ranks) = (store, samples, statistics, seed, rank, ranks);
        Count = EpochOrder.CountOf(samples.Count, rank, ranks);
    }

    public int Count { get; }

    /// <summary>
    /// Whether copies are resampled once for every rotation and zoom, as Keras does, and not once in all. Stores of bytes only.
    /// </summary>
    public bool IsExact
    {
        get;
        init => field = !value || _store.Layout.Pixels == PixelType.U8
            ? value : throw new ArgumentException(
                "Exact augmentation works on stores of bytes: use --pixels u8, or leave --exact-augmentation out.");
    }

    public int Size => _store.Layout.Size;

    public RecordStore Store => _store;

    public AugmenterOptions Augmentation => FeedLane.Options(_store.Layout, _statistics);

    /// <summary>Sets of scratch memory made so far and not in use: one for each thread that ever read at the same time.</summary>
    internal int Lanes => _lanes.Count;

    /// <summary>
    /// The sum of the hashes of all samples served so far (<see cref="PlanHash"/>): the same for any threads, batches and
    /// interruptions.
    /// </summary>
    public ulong ServedHash => Interlocked.Read(ref _servedHash);

    public void Read(int epoch, int first, int count, Span<float> images, Span<float> labels)
    {
        RequireRange(epoch, first, count);
        if (images.Length != count * Size * Size || labels.Length != count * Findings.Count)
        {
            throw new ArgumentException(
                $"{images.Length} pixels and {labels.Length} labels for {count} samples; they need {count * Size * Size} and {count * Findings.Count}.");
        }

        if (!_lanes.TryTake(out FeedLane? lane))
            lane = new(_store.Layout, _statistics);
        lane.Reserve(count);
        Plan(epoch, first, count, lane.Records, lane.Matrices, labels);
        Write(lane, count, images);
        if (IsExact)
            WriteExact(lane, new(_samples.Count, _seed, epoch, _rank, _ranks), epoch, first, count, images);
        _lanes.Add(lane);
    }

    public void Plan(
        int epoch, int first, int count, Span<int> records, Span<Matrix2x3> matrices, Span<float> labels)
    {
        RequireRange(epoch, first, count);
        EpochOrder order = new(_samples.Count, _seed, epoch, _rank, _ranks);
        ulong hash = 0;
        for (int i = 0; i < count; i++)
        {
            PlannedSample planned = Plan(order, epoch, first + i);
            hash += planned.Hash();
            _ = _store.Read(planned.Record);
            (records[i], matrices[i]) = (planned.Record, planned.Matrix);
            WriteLabels(planned.FindingBits, labels.Slice(i * Findings.Count, Findings.Count));
        }

        Interlocked.Add(ref _servedHash, hash);
    }

    /// <summary>
    /// The hash of a part of an epoch's plan, without a look at any pixel: the wrapping sum of its samples' hashes.
    /// </summary>
    public ulong PlanHash(int epoch, int first, int count)
    {
        EpochOrder order = new(_samples.Count, _seed, epoch, _rank, _ranks);
        ulong hash = 0;
        for (int position = first; position < first + count; position++)
            hash += Plan(order, epoch, position).Hash();
        return hash;
    }

    public IEnumerable<int> AllRecords() => Enumerable.Range(0, _samples.Count).Select(_samples.Record).Distinct();

    /// <summary>The images of a batch, for an error that names them.</summary>
    public IEnumerable<int> Records(int epoch, int first, int count)
    {
        EpochOrder order = new(_samples.Count, _seed, epoch, _rank, _ranks);
        return Enumerable.Range(first, count).Select(position => _samples.Record(order[position]));
    }

    /// <summary>The same samples from the start, with scratch memory of its own: what a resumed run has.</summary>
    public StoreBatchSource Again() => new(_store, _samples, _statistics, _seed, _rank, _ranks) { IsExact = IsExact };

    public void Dispose()
    {
        while (_lanes.TryTake(out FeedLane? lane))
            lane.Augmenter.Dispose();
    }

    private void RequireRange(int epoch, int first, int count)
    {
        if (epoch < 0 || first < 0 || count < 1 || first + count > Count)
            throw new ArgumentException(
                $"Samples {first} to {first + count} of epoch {epoch} were asked for; an epoch has {Count}.");
    }

    private PlannedSample Plan(in EpochOrder order, int epoch, int position)
    {
        int sample = order[position], record = _samples.Record(sample);
        return new(
            epoch, order.Global(position), record, Guide.Draw(_seed ?? 0, epoch, record, _samples.Passes(sample), Size),
            _samples.FindingBits(sample));
    }

    private void WriteExact(FeedLane lane, in EpochOrder order, int epoch, int first, int count, Span<float> images)
    {
        lane.Exact ??= new(Size, _statistics, Guide);
        for (int i = 0; i < count; i++)
        {
            int record = lane.Records[i], passes = _samples.Passes(order[first + i]);
            if (passes > 0)
                lane.Exact.Write(_store.Read(record), _seed
                    ?? 0, epoch, record, passes, images.Slice(i * Size * Size, Size * Size));
        }
    }

    private void Write(FeedLane lane, int count, Span<float> images)
    {
        int pixels = Size * Size;
        for (int first = 0; first < count; first += Ahead)
        {
            int here = Math.Min(Ahead, count - first);
            for (int next = first + here; next < Math.Min(count, first + here + Ahead); next++)
                _store.Prefetch(lane.Records[next]);
            ReadOnlySpan<int> records = lane.Records.AsSpan(first, here);
            ReadOnlySpan<Matrix2x3> matrices = lane.Matrices.AsSpan(first, here);
            Span<float> output = images.Slice(first * pixels, here * pixels);
            if (_store.Layout.Pixels == PixelType.U16)
                lane.Augmenter.Run((ushort*)_store.Pixels, _store.Capacity, records, matrices, output);
            else
                lane.Augmenter.Run(_store.Pixels, _store.Capacity, records, matrices, output);
        }
    }

    private static void WriteLabels(ushort bits, Span<float> labels)
    {
        for (int finding = 0; finding < labels.Length; finding++)
            labels[finding] = bits >> finding & 1;
    }
}
