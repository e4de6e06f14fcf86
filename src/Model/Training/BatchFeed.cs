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
    private readonly IBatchSource _source;
    private readonly BatchRing _ring;
    private readonly object _lock = new();
    private readonly bool[] _isFilled;
    private readonly Exception?[] _errors;
    private readonly Thread[] _threads;
    private readonly int _epoch, _first, _batches;
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
    {
        if (source.Size != ring.Size)
            throw new ArgumentException($"The samples have {source.Size} pixels a side, the batches {ring.Size}.",
                nameof(source));
        (_source, _ring, _epoch, _first) = (source, ring, epoch, first);
        _batches = (source.Count - first + ring.BatchSize - 1) / ring.BatchSize;
        _isFilled = new bool[ring.Slots];
        _errors = new Exception?[ring.Slots];
        _threads = new Thread[Math.Max(1, Math.Min(threads, ring.Slots - 1))];
        _clock = new(_threads.Length, ring.Slots);
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Fill) { IsBackground = true, Name = $"batches {i}" };
            _threads[i].Start();
        }
    }

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
        slot = _taken % _ring.Slots;
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

    private (int First, int Count) Range(int batch)
    {
        int first = _first + batch * _ring.BatchSize;
        return (first, Math.Min(_ring.BatchSize, _source.Count - first));
    }

    private void Fill()
    {
        while (TryBegin(out int batch))
        {
            int slot = batch % _ring.Slots;
            long begun = Stopwatch.GetTimestamp();
            try
            {
                (int first, int count) = Range(batch);
                _source.Read(_epoch, first, count, _ring.Pixels(slot, count), _ring.Labels(slot, count));
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
            while (!_stopping && _begun < _batches && _begun - _released >= _ring.Slots)
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
