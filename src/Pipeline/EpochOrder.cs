namespace ChestXray.Pipeline;

/// <summary>
/// The order of one epoch as one of several equal processes (ranks) reads it: rank r of w takes positions r, r + w, r + 2 w ...
/// of the one order that all share, so that together they read every sample once, and the same epoch, for any w. O(1) to any
/// position. Thread-safe.
/// </summary>
public readonly struct EpochOrder
{
    private readonly Permutation _order;
    private readonly bool _isShuffled;
    private readonly int _rank;
    private readonly int _ranks;

    /// <summary>Makes the order.</summary>
    /// <param name="samples">Samples of the whole epoch, at least 1.</param>
    /// <param name="seed">The run's seed; null keeps the samples as they are.</param>
    /// <param name="epoch">0-based.</param>
    /// <param name="rank">This process, 0-based.</param>
    /// <param name="ranks">How many processes there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value out of range.</exception>
    public EpochOrder(int samples, ulong? seed, int epoch, int rank = 0, int ranks = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, ranks);
        _order = new(samples, seed ?? 0, epoch);
        (_isShuffled, _rank, _ranks) = (seed is not null, rank, ranks);
    }

    /// <summary>Samples that this process reads.</summary>
    public int Count => CountOf(_order.Count, _rank, _ranks);

    /// <summary>The sample at one of this process' positions, from 0 to <see cref="Count"/> - 1.</summary>
    public int this[int position] => _isShuffled ? _order[Global(position)] : Global(position);

    /// <summary>Samples that a process reads of an epoch.</summary>
    /// <param name="samples">Samples of the whole epoch.</param>
    /// <param name="rank">The process.</param>
    /// <param name="ranks">How many processes there are.</param>
    public static int CountOf(int samples, int rank, int ranks) => (int)(((long)samples - rank + ranks - 1) / ranks);

    /// <summary>A position of this process as one of the whole epoch.</summary>
    public int Global(int position) => checked(_rank + position * _ranks);
}
