using System.Diagnostics;
using System.IO.Hashing;
using System.Runtime.ExceptionServices;

namespace ChestXray.Pipeline.Caching;

/// <summary>Threads that decode jobs into slots, and the calling thread, which acknowledges what they finished.</summary>
internal sealed class DecodePool : IDisposable
{
    private readonly StoreWriter _writer;
    private readonly StoreLayout _layout;
    private readonly PrepareOptions _options;
    private readonly IReadOnlyList<DecodeJob> _jobs;
    private readonly int _maxBad;
    private readonly int _images;
    private readonly Lock _gate = new();
    private readonly Stopwatch _watch = new();
    private readonly CancellationTokenSource _stop = new();
    private List<StoredRecord> _finished = [];
    private List<QuarantinedImage> _broken = [];
    private Exception? _failure;
    private int _next = -1;
    private int _done;
    private long _sourceBytes;

    public DecodePool(StoreWriter writer, StoreLayout layout, PrepareOptions options, IReadOnlyList<DecodeJob> jobs, int images)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        _writer = writer;
        _layout = layout;
        _options = options;
        _jobs = jobs;
        _images = images;
        _maxBad = (int)Math.Floor(options.MaxBadShare * images);
    }

    public int Decoded { get; private set; }

    public long SourceBytes => Interlocked.Read(ref _sourceBytes);

    public TimeSpan Elapsed => _watch.Elapsed;

    public void Run(Action<PrepareProgress>? progress, CancellationToken cancellation)
    {
        RefuseTooManyBad();
        if (_jobs.Count == 0)
            return;
        _watch.Start();
        Thread[] threads =
        [
            .. Enumerable.Range(0, Math.Min(_options.Threads, _jobs.Count))
                .Select(i => new Thread(Work) { Name = $"decode {i}", IsBackground = true }),
        ];
        foreach (Thread thread in threads)
            thread.Start();
        try
        {
            Attend(threads, progress, cancellation);
        }
        finally
        {
            _stop.Cancel();
            foreach (Thread thread in threads)
                thread.Join();
            _watch.Stop();
            if (_failure is null && !_writer.HasFailed)
                Acknowledge();
        }

        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
        RefuseTooManyBad();
        cancellation.ThrowIfCancellationRequested();
    }

    public void Dispose() => _stop.Dispose();

    private void Attend(Thread[] threads, Action<PrepareProgress>? progress, CancellationToken cancellation)
    {
        Stopwatch sinceChunk = Stopwatch.StartNew();
        while (threads.Any(thread => thread.IsAlive) && !cancellation.IsCancellationRequested && Volatile.Read(ref _failure) is null)
        {
            threads[0].Join(TimeSpan.FromMilliseconds(50));
            if (!threads[0].IsAlive)
                threads[^1].Join(TimeSpan.FromMilliseconds(50));
            progress?.Invoke(new(Volatile.Read(ref _done), _jobs.Count, SourceBytes, _watch.Elapsed));
            if (sinceChunk.Elapsed < _options.ChunkTime)
                continue;
            Acknowledge();
            RefuseTooManyBad();
            sinceChunk.Restart();
        }

        progress?.Invoke(new(Volatile.Read(ref _done), _jobs.Count, SourceBytes, _watch.Elapsed));
    }

    private void Work()
    {
        try
        {
            using RecordDecoder decoder = new(_layout, _options.Decoder);
            byte[] record = new byte[_layout.RecordBytes];
            while (!_stop.IsCancellationRequested && Interlocked.Increment(ref _next) is var i && i < _jobs.Count)
                Decode(decoder, _jobs[i], record);
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref _failure, error, null);
        }
    }

    private void Decode(RecordDecoder decoder, in DecodeJob job, byte[] record)
    {
        IndexedImage image = job.Image;
        string name = image.Label.Stem.ToString();
        try
        {
            ResizeStatistics statistics = decoder.Decode(image.Path, record);
            _writer.WritePixels(job.Slot, record);
            StoredRecord stored = new(
                job.Slot, name, image.Label.FindingBits, image.Bytes, image.Modified, decoder.SourceHash, _options.Decoder.Draft, statistics.Sum,
                statistics.SumOfSquares, XxHash3.HashToUInt64(record));
            lock (_gate)
                _finished.Add(stored);
        }
        catch (ImageFormatException error)
        {
            lock (_gate)
                _broken.Add(new(name, image.Path, image.Bytes, image.Modified, error.Reason, error.Message));
        }

        Interlocked.Add(ref _sourceBytes, image.Bytes);
        Interlocked.Increment(ref _done);
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

        _writer.Acknowledge(finished, broken);
        Decoded += finished.Count;
    }

    private void RefuseTooManyBad()
    {
        IReadOnlyDictionary<string, QuarantinedImage> quarantine = _writer.Manifest.Quarantine;
        if (quarantine.Count <= _maxBad)
            return;
        string named = string.Join("; ", quarantine.Values.OrderBy(image => image.Name, StringComparer.Ordinal).Take(10)
            .Select(image => $"{Path.GetFileName(image.Path)}: {image.Reason}"));
        throw new DataSetException(
            $"{quarantine.Count:N0} of {_images:N0} images are broken, more than --max-bad {_options.MaxBadShare:P1} allows ({_maxBad:N0}): {named}. " +
            (quarantine.Values.Count(StoreWriter.CouldNotBeRead) is var unreadable and > 0
                ? $"{unreadable:N0} of them could not be read at all: is the disk with the images still there? What was decoded stays."
                : "Fetch them again, or allow more with --max-bad."));
    }
}
