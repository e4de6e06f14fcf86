using System.Runtime.ExceptionServices;
using ChestXray.Model.Feeding;

namespace ChestXray.Model.Training;

/// <summary>
/// One pass over a source in order: threads of its own fill the ring's slots ahead while the caller works on the batch it took.
/// Take and Release belong to one thread. Which thread fills a batch changes nothing in it.
/// </summary>
public sealed class BatchFeed : IDisposable
{
    private readonly IBatchSource _source;
    private readonly BatchRing _ring;
    private readonly SemaphoreSlim[] _free;
    private readonly SemaphoreSlim[] _filled;
    private readonly Exception?[] _errors;
    private readonly Thread[] _threads;
    private readonly int _epoch, _first, _batches;
    private int _taken;
    private volatile bool _stopping;

    /// <summary>Starts to fill at once.</summary>
    /// <param name="source">Where samples come from.</param>
    /// <param name="ring">Borrowed until this is disposed; its size is the source's.</param>
    /// <param name="epoch">The source's epoch.</param>
    /// <param name="first">Position of the first sample, for a pass that was interrupted.</param>
    /// <param name="threads">Threads that fill.</param>
    public BatchFeed(IBatchSource source, BatchRing ring, int epoch, int first, int threads)
    {
        if (source.Size != ring.Size)
            throw new ArgumentException($"The samples have {source.Size} pixels a side, the batches {ring.Size}.", nameof(source));
        (_source, _ring, _epoch, _first) = (source, ring, epoch, first);
        _batches = (source.Count - first + ring.BatchSize - 1) / ring.BatchSize;
        _free = [.. Enumerable.Range(0, ring.Slots).Select(_ => new SemaphoreSlim(1))];
        _filled = [.. Enumerable.Range(0, ring.Slots).Select(_ => new SemaphoreSlim(0))];
        _errors = new Exception?[ring.Slots];
        _threads = new Thread[Math.Max(1, Math.Min(threads, ring.Slots - 1))];
        for (int i = 0; i < _threads.Length; i++)
        {
            int number = i;
            _threads[i] = new Thread(() => Fill(number)) { IsBackground = true, Name = $"batches {i}" };
            _threads[i].Start();
        }
    }

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
        _filled[slot].Wait();
        if (_errors[slot] is Exception error)
            ExceptionDispatchInfo.Throw(error);
        _taken++;
        return true;
    }

    /// <summary>Gives the slot of the batch that was taken last back to be filled again.</summary>
    public void Release(int slot) => _free[slot].Release();

    /// <summary>Ends the threads after the batch they are at.</summary>
    public void Dispose()
    {
        _stopping = true;
        foreach (SemaphoreSlim free in _free)
            free.Release(_threads.Length);
        foreach (Thread thread in _threads)
            thread.Join();
        foreach (SemaphoreSlim semaphore in _free.Concat(_filled))
            semaphore.Dispose();
    }

    private (int First, int Count) Range(int batch)
    {
        int first = _first + batch * _ring.BatchSize;
        return (first, Math.Min(_ring.BatchSize, _source.Count - first));
    }

    private void Fill(int number)
    {
        for (int batch = number; batch < _batches; batch += _threads.Length)
        {
            int slot = batch % _ring.Slots;
            _free[slot].Wait();
            if (_stopping)
                return;
            try
            {
                (int first, int count) = Range(batch);
                _source.Read(_epoch, first, count, _ring.Pixels(slot, count), _ring.Labels(slot, count));
            }
            catch (Exception error)
            {
                _errors[slot] = error;
            }

            _filled[slot].Release();
            if (_errors[slot] is not null)
                return;
        }
    }
}
