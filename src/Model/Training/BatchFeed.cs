using System.Diagnostics;
using System.Runtime.ExceptionServices;
using ChestXray.Model.Feeding;
using ChestXray.Pipeline;

namespace ChestXray.Model.Training;

/// <summary>
/// One pass over a source in order: threads of its own fill the ring's slots ahead while the caller works on the batch it took.
/// Take and Release belong to one thread. Which thread fills a batch changes nothing in it.
/// </summary>
/// <remarks>
/// Batch b lies in slot b modulo the slots, and batches are begun in order, each only when the one that had its slot before was
/// released. The lock is held for a few instructions per batch.
/// </remarks>
public sealed class BatchFeed : IDisposable
{
    private readonly FillSlot _fill;
    private readonly object _lock = new();
    private readonly bool[] _isFilled;
    private readonly Exception?[] _errors;
    private readonly Thread[] _threads;
    private readonly int _slots, _batchSize, _end, _first, _batches;
    private readonly LoaderClock _clock;
    private int _begun, _taken, _released;
    private bool _stopping;

    /// <summary>Starts to fill at once.</summary>
    /// <param name="source">Where samples come from.</param>
    /// <param name="ring">Borrowed until this is disposed; its size is the source's.</param>
    /// <param name="epoch">The source's epoch.</param>
    /// <param name="first">Position of the first sample, for a pass that was interrupted.</param>
    /// <param name="threads">Threads that fill.</param>
    public BatchFeed(IBatchSource source, BatchRing ring, int epoch, int first, int threads)
        : this(Into(ring, source, epoch), source.Count, ring.Slots, ring.BatchSize, first, threads)
    {
    }

    /// <summary>As above, for slots of another kind.</summary>
    /// <param name="fill">Called on several threads at once, for different slots.</param>
    /// <param name="end">Samples of the whole pass.</param>
    /// <param name="slots">Batches in memory at once.</param>
    /// <param name="batchSize">Samples of a batch.</param>
    /// <param name="first">Position of the first sample.</param>
    /// <param name="threads">Threads that fill.</param>
    internal BatchFeed(FillSlot fill, int end, int slots, int batchSize, int first, int threads)
    {
        (_fill, _end, _slots, _batchSize, _first) = (fill, end, slots, batchSize, first);
        _batches = (end - first + batchSize - 1) / batchSize;
        _isFilled = new bool[slots];
        _errors = new Exception?[slots];
        _threads = new Thread[Math.Max(1, Math.Min(threads, slots - 1))];
        _clock = new(_threads.Length, slots);
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Fill) { IsBackground = true, Name = $"batches {i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Writes the samples [first, first + count) of the pass into a slot.</summary>
    internal delegate void FillSlot(int slot, int first, int count);

    /// <summary>Who waited for whom so far.</summary>
    public LoaderReport Report => _clock.Read();

    /// <summary>Waits for the next batch.</summary>
    /// <returns>False after the last one. Otherwise its slot, the position of its first sample, and how many it has.</returns>
    /// <exception cref="Exception">Whatever the source threw while it read this batch.</exception>
    public bool TryTake(out int slot, out int first, out int count)
    {
        (slot, first, count) = (0, 0, 0);
        if (_taken == _batches)
            return false;
        slot = _taken % _slots;
        (first, count) = Range(_taken);
        long asked = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            int ready = _isFilled.AsSpan().Count(true);
            while (!_isFilled[slot])
                Monitor.Wait(_lock);
            _isFilled[slot] = false;
            _clock.Took(Stopwatch.GetTimestamp() - asked, ready);
        }

        if (_errors[slot] is Exception error)
            ExceptionDispatchInfo.Throw(error);
        _taken++;
        return true;
    }

    /// <summary>Gives the oldest taken batch's slot back to be filled again.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _released++;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Ends the threads after the batch they are at.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _stopping = true;
            Monitor.PulseAll(_lock);
        }

        foreach (Thread thread in _threads)
            thread.Join();
    }

    private static FillSlot Into(BatchRing ring, IBatchSource source, int epoch)
    {
        if (source.Size != ring.Size)
            throw new ArgumentException($"The samples have {source.Size} pixels a side, the batches {ring.Size}.",
                nameof(source));
        return (slot, first, count) => source.Read(epoch, first, count, ring.Pixels(slot, count), ring.Labels(slot, count));
    }

    private (int First, int Count) Range(int batch)
    {
        int first = _first + batch * _batchSize;
        return (first, Math.Min(_batchSize, _end - first));
    }

    private void Fill()
    {
        while (TryBegin(out int batch))
        {
            int slot = batch % _slots;
            long begun = Stopwatch.GetTimestamp();
            try
            {
                (int first, int count) = Range(batch);
                _fill(slot, first, count);
            }
            catch (Exception error)
            {
                _errors[slot] = error;
            }

            _clock.Filled(Stopwatch.GetTimestamp() - begun);
            lock (_lock)
            {
                _isFilled[slot] = true;
                Monitor.PulseAll(_lock);
            }
        }
    }

    private bool TryBegin(out int batch)
    {
        long asked = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            while (!_stopping && _begun < _batches && _begun - _released >= _slots)
                Monitor.Wait(_lock);
            _clock.WaitedForRoom(Stopwatch.GetTimestamp() - asked);
            batch = _begun;
            if (_stopping || _begun == _batches)
                return false;
            _begun++;
            return true;
        }
    }
}
