using System.Diagnostics;
using System.IO.Hashing;
using System.Runtime.ExceptionServices;
using ChestXray.Pipeline.Caching;

namespace ChestXray.Pipeline.Stages;

/// <summary>
/// Reading, decoding (with resizing, while the pixels are in cache) and writing, each on its own threads, joined by queues of a
/// few parcels; and the calling thread, which acknowledges what was written.
/// </summary>
internal sealed class Preparation : IDisposable
{
    /// <summary>Files on their way together; a larger one travels alone.</summary>
    private const long FileBudget = 64L << 20;

    private readonly StoreWriter _writer;
    private readonly StoreLayout _layout;
    private readonly PrepareOptions _options;
    private readonly int _images;
    private readonly Lock _gate = new();
    private readonly Lock _manifest = new();
    private readonly Stopwatch _watch = new();
    private readonly StreamPlan _plan;
    private readonly ReadStage _reading;
    private readonly ParcelPool _pool;
    private readonly ParcelQueue _read;
    private readonly ParcelQueue _decoded;
    private readonly List<StageMeter> _meters = [];
    private readonly ManualResetEventSlim _ended = new();
    private List<StoredRecord> _finished = [];
    private List<QuarantinedImage> _broken = [];
    private Exception? _failure;
    private int _running;
    private int _done;
    private long _sourceBytes;

    /// <param name="writer">The store.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="options">Threads and tolerance.</param>
    /// <param name="index">The images.</param>
    /// <param name="cache">The folder of the stores.</param>
    public Preparation(StoreWriter writer, StoreLayout layout, PrepareOptions options, DataSetIndex index, string cache)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        _writer = writer;
        _layout = layout;
        _options = options;
        _images = index.Images.Count;
        IReadOnlyList<DecodeJob> jobs = writer.Plan(index.Images);
        _plan = new(index, jobs, writer, layout.DraftSize, _manifest);
        Total = jobs.Count;
        _reading = new(options, [.. jobs.Where(job => !job.Image.IsStreamed)], _plan.Archives, _plan, cache);
        int parcels = (2 * options.Threads) + _reading.Threads + 2;
        _pool = new(parcels, layout.RecordBytes, FileBudget);
        (_read, _decoded) = (new(parcels), new(parcels));
    }

    /// <summary>Images to decode in this run; an upper bound while tar files are unread.</summary>
    public int Total { get; }

    public int Decoded { get; private set; }

    public long SourceBytes => Interlocked.Read(ref _sourceBytes);

    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>How each stage spent its time; empty where there was nothing to do.</summary>
    public IReadOnlyList<StageReport> Stages => StageSummary.Of(_meters, _watch.Elapsed);

    public void Run(Action<PrepareProgress>? progress, CancellationToken cancellation)
    {
        RefuseTooManyBad(_images);
        if (Total == 0 && _plan.Archives.Count == 0)
            return;
        _watch.Start();
        int decoders = Math.Min(_options.Threads, Math.Max(1, Total));
        _read.Join(_reading.Threads);
        _decoded.Join(decoders);
        _running = _reading.Threads + decoders + 1;
        List<Thread> threads = [];
        for (int i = 0; i < _reading.Threads; i++)
            threads.Add(Start($"read {i}", "read", Read));
        for (int i = 0; i < decoders; i++)
            threads.Add(Start($"decode {i}", null, Decode));
        threads.Add(Start("write", "write", Write));
        try
        {
            Attend(progress, cancellation);
        }
        finally
        {
            Stop();
            threads.ForEach(thread => thread.Join());
            _watch.Stop();
            if (_failure is null && !_writer.HasFailed)
                Acknowledge();
        }

        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
        cancellation.ThrowIfCancellationRequested();
        if (_reading.Failures.Count > 0)
            throw new DataSetException(string.Join(" ", _reading.Failures) + " What came before was decoded and stays.");
    }

    /// <summary>Refuses a set with more broken images than allowed.</summary>
    /// <param name="images">Images of the set.</param>
    /// <exception cref="DataSetException">There are more.</exception>
    public void RefuseTooManyBad(int images)
    {
        IReadOnlyDictionary<string, QuarantinedImage> quarantine = _writer.Manifest.Quarantine;
        int most = (int)Math.Floor(_options.MaxBadShare * images);
        if (quarantine.Count <= most)
            return;
        string named = string.Join("; ", quarantine.Values.OrderBy(image => image.Name, StringComparer.Ordinal).Take(10)
            .Select(image => $"{Path.GetFileName(image.Path)}: {image.Reason}"));
        throw new DataSetException(
            $"{quarantine.Count:N0} of {images:N0} images are broken, more than --max-bad {_options.MaxBadShare:P1} allows ({most:N0}): {named}. " +
            (quarantine.Values.Count(StoreWriter.CouldNotBeRead) is var unreadable and > 0
                ? $"{unreadable:N0} of them could not be read at all: is the disk with the images still there? What was decoded stays."
                : "Fetch them again, or allow more with --max-bad."));
    }

    public void Dispose() => _ended.Dispose();

    private Thread Start(string name, string? stage, Action<StageMeter?> work)
    {
        StageMeter? meter = stage is null ? null : new(stage);
        if (meter is not null)
        {
            // Threads started before this one may be adding theirs.
            lock (_gate)
                _meters.Add(meter);
        }

        Thread thread = new(() => Guard(work, meter)) { Name = name, IsBackground = true };
        thread.Start();
        return thread;
    }

    private void Guard(Action<StageMeter?> work, StageMeter? meter)
    {
        try
        {
            work(meter);
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref _failure, error, null);
            Stop();
        }
        finally
        {
            if (Interlocked.Decrement(ref _running) == 0)
                _ended.Set();
        }
    }

    private void Attend(Action<PrepareProgress>? progress, CancellationToken cancellation)
    {
        Stopwatch sinceChunk = Stopwatch.StartNew();
        bool ended = false;
        while (!ended && !cancellation.IsCancellationRequested && Volatile.Read(ref _failure) is null)
        {
            ended = _ended.Wait(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            progress?.Invoke(new(Volatile.Read(ref _done), Total, SourceBytes, _watch.Elapsed));
            if (ended || sinceChunk.Elapsed < _options.ChunkTime)
                continue;
            Acknowledge();
            RefuseTooManyBad(_images);
            sinceChunk.Restart();
        }
    }

    private void Stop()
    {
        _pool.Close();
        _read.Close(discard: true);
        _decoded.Close(discard: true);
    }

    private void Read(StageMeter? meter)
    {
        _reading.Run(_pool, _read, meter!);
        _read.Leave();
    }

    private void Decode(StageMeter? none)
    {
        using RecordDecoder decoder = new(_layout, _options.Decoder, _read, _decoded);
        lock (_gate)
            _meters.AddRange([decoder.Decoding, decoder.Inflating, decoder.Resizing]);
        decoder.Run();
        _decoded.Leave();
    }

    private void Write(StageMeter? meter)
    {
        while (_decoded.Take(meter!) is { } parcel)
        {
            long start = Stopwatch.GetTimestamp();
            Write(parcel, meter!);
            Interlocked.Add(ref _sourceBytes, parcel.FileBytes);
            Interlocked.Increment(ref _done);
            _pool.Return(parcel);
            meter!.Busy += Stopwatch.GetTimestamp() - start;
        }
    }

    private void Write(Parcel parcel, StageMeter meter)
    {
        IndexedImage image = parcel.Job.Image;
        string name = image.Label.Stem.ToString();
        if (parcel.Error is { } error)
        {
            lock (_gate)
                _broken.Add(new(name, image.Path, image.Bytes, image.Modified, error.Reason, error.Message));
            return;
        }

        _writer.WritePixels(parcel.Job.Slot, parcel.Record);
        (double sum, double squares) = (parcel.Statistics.Sum, parcel.Statistics.SumOfSquares);
        StoredRecord stored = new(
            parcel.Job.Slot, name, image.Label.FindingBits, image.Bytes, image.Modified, parcel.FileHash, _layout.DraftSize, sum,
            squares,
            XxHash3.HashToUInt64(parcel.Record));
        lock (_gate)
            _finished.Add(stored);
        meter.Images++;
        meter.Bytes += parcel.Record.Length;
    }

    private void Acknowledge()
    {
        List<StoredRecord> finished;
        List<QuarantinedImage> broken;
        lock (_gate)
        {
            (finished, _finished) = (_finished, []);
            (broken, _broken) = (_broken, []);
        }

        lock (_manifest)
            _writer.Acknowledge(finished, broken);
        Decoded += finished.Count;
    }
}
