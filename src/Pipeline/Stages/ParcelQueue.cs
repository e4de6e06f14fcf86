using System.Diagnostics;

namespace ChestXray.Pipeline.Stages;

/// <summary>Hands parcels from stage to stage. Thread-safe; waits without spinning and allocates nothing.</summary>
/// <remarks>There are no more parcels than a queue has places, so adding never waits: who wants a free parcel does.</remarks>
internal sealed class ParcelQueue(int capacity)
{
    private readonly Parcel[] _ring = new Parcel[capacity];
    private readonly object _gate = new();
    private int _first;
    private int _count;
    private int _adders;
    private bool _closed;

    /// <summary>Announces threads that will add; when the last has left, takers are told that nothing more comes.</summary>
    public void Join(int threads) => Interlocked.Add(ref _adders, threads);

    /// <summary>A thread that adds no more.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _adders) == 0)
            Close(discard: false);
    }

    public void Add(Parcel parcel)
    {
        lock (_gate)
        {
            _ring[(_first + _count++) % _ring.Length] = parcel;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes the next parcel, waiting for one.</summary>
    /// <param name="meter">Is charged with the wait.</param>
    /// <returns>Null when nothing more comes.</returns>
    public Parcel? Take(StageMeter meter)
    {
        lock (_gate)
        {
            if (_count == 0 && !_closed)
            {
                long start = Stopwatch.GetTimestamp();
                while (_count == 0 && !_closed)
                    Monitor.Wait(_gate);
                meter.Wait += Stopwatch.GetTimestamp() - start;
            }

            return First();
        }
    }

    /// <summary>Takes the next parcel if one is there.</summary>
    public Parcel? TryTake()
    {
        lock (_gate)
            return First();
    }

    /// <summary>Tells takers that nothing more comes.</summary>
    /// <param name="discard">Whether what is still in the queue is dropped.</param>
    public void Close(bool discard)
    {
        lock (_gate)
        {
            _closed = true;
            if (discard)
                _count = 0;
            Monitor.PulseAll(_gate);
        }
    }

    private Parcel? First()
    {
        if (_count == 0)
            return null;
        Parcel parcel = _ring[_first];
        _first = (_first + 1) % _ring.Length;
        _count--;
        return parcel;
    }
}
