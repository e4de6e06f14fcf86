using System.Diagnostics;

namespace ChestXray.Pipeline;

/// <summary>
/// Counts what the two ends of a ring of batches do: threads that fill it, and the one that takes from it. Thread-safe, no
/// locks.
/// </summary>
public sealed class LoaderClock
{
    private readonly int _threads;
    private readonly int _slots;
    private readonly long _begun = Stopwatch.GetTimestamp();
    private long _filling, _waitingForRoom, _waitingForBatch, _batches, _ready;

    /// <summary>Starts to count.</summary>
    /// <param name="threads">Threads that fill.</param>
    /// <param name="slots">Batches that may be in memory at once.</param>
    public LoaderClock(int threads, int slots) => (_threads, _slots) = (threads, slots);

    /// <summary>A batch was filled; <paramref name="ticks"/> of <see cref="Stopwatch"/> it took.</summary>
    public void Filled(long ticks) => Interlocked.Add(ref _filling, ticks);

    /// <summary>A filling thread waited for a free slot.</summary>
    public void WaitedForRoom(long ticks) => Interlocked.Add(ref _waitingForRoom, ticks);

    /// <summary>A batch was taken: how long it had been waited for, and how many were ready.</summary>
    public void Took(long ticks, int ready)
    {
        Interlocked.Add(ref _waitingForBatch, ticks);
        Interlocked.Add(ref _ready, ready);
        Interlocked.Increment(ref _batches);
    }

    /// <summary>What was counted so far.</summary>
    public LoaderReport Read()
    {
        long batches = Interlocked.Read(ref _batches);
        return new(
            Stopwatch.GetElapsedTime(_begun), _threads, _slots, batches, Time(ref _filling), Time(ref _waitingForRoom),
            Time(ref _waitingForBatch), batches == 0 ? 0 : (double)Interlocked.Read(ref _ready) / batches);
    }

    private static TimeSpan Time(ref long ticks) => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref ticks));
}
