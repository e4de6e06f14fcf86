using System.Diagnostics;

namespace ChestXray.Pipeline.Stages;

/// <summary>
/// The free parcels: a reader waits here until there is one and until the files on their way leave room in the budget. This is
/// what holds the stages back. Thread-safe.
/// </summary>
internal sealed class ParcelPool
{
    private readonly Stack<Parcel> _free;
    private readonly object _gate = new();
    private readonly long _budget;
    private long _charged;
    private volatile bool _closed;

    /// <param name="parcels">How many go round.</param>
    /// <param name="recordBytes">Of each one's record.</param>
    /// <param name="budget">Bytes of files that may be on their way together; a single larger file travels alone.</param>
    public ParcelPool(int parcels, int recordBytes, long budget)
    {
        _free = new(Enumerable.Range(0, parcels).Select(_ => new Parcel(recordBytes)));
        _budget = budget;
    }

    /// <summary>Whether the work has been stopped.</summary>
    public bool IsClosed => _closed;

    /// <summary>A free parcel, waiting for one.</summary>
    /// <returns>Null when the work has been stopped.</returns>
    public Parcel? Take(long bytes, StageMeter meter)
    {
        lock (_gate)
        {
            if (MustWait(bytes) && !_closed)
            {
                long start = Stopwatch.GetTimestamp();
                while (MustWait(bytes) && !_closed)
                    Monitor.Wait(_gate);
                meter.Wait += Stopwatch.GetTimestamp() - start;
            }

            if (_closed)
                return null;
            Parcel parcel = _free.Pop();
            parcel.Charged = bytes;
            parcel.Error = null;
            parcel.FileBytes = 0;
            _charged += bytes;
            return parcel;
        }
    }

    public void Return(Parcel parcel)
    {
        lock (_gate)
        {
            _charged -= parcel.Charged;
            _free.Push(parcel);
            Monitor.PulseAll(_gate);
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool MustWait(long bytes) => _free.Count == 0 || (_charged > 0 && _charged + bytes > _budget);
}
