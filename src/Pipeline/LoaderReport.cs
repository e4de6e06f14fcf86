namespace ChestXray.Pipeline;

/// <summary>How loading and what it feeds kept step.</summary>
/// <param name="Elapsed">Wall time.</param>
/// <param name="Threads">Threads that filled batches.</param>
/// <param name="Slots">Batches that could be in memory at once.</param>
/// <param name="Batches">Batches taken.</param>
/// <param name="Filling">Time spent on filling, over all threads.</param>
/// <param name="WaitingForRoom">Time those threads waited for a free slot.</param>
/// <param name="WaitingForBatch">Time the consumer waited for a batch.</param>
/// <param name="MeanReady">How many batches were ready on average when one was asked for.</param>
public sealed record LoaderReport(
    TimeSpan Elapsed, int Threads, int Slots, long Batches, TimeSpan Filling, TimeSpan WaitingForRoom, TimeSpan WaitingForBatch,
    double MeanReady)
{
    /// <summary>From this share of waiting on it is the loader that binds.</summary>
    private const double Notable = 0.02;

    /// <summary>How many times as fast the consumer would be with an infinitely fast loader; 1: not at all.</summary>
    public double Headspace => Elapsed / TimeSpan.FromTicks(Math.Max(1, (Elapsed - WaitingForBatch).Ticks));

    /// <summary>The share of its time that a filling thread worked.</summary>
    public double Occupancy => Elapsed > TimeSpan.Zero ? Filling / (Elapsed * Threads) : 0;

    /// <summary>Whether the consumer waits for batches.</summary>
    public bool LoaderBinds => WaitingForBatch > Elapsed * Notable;

    /// <summary>One line: wait and occupancy of both ends, the headspace, and what binds.</summary>
    public override string ToString() =>
        $"loader: {Threads} {(Threads == 1 ? "thread" : "threads")} busy {Occupancy:P0}, {Share(WaitingForRoom / Math.Max(1, Threads))} waiting for room; " +
        $"{MeanReady:0.0} of {Slots} batches ready; training waited {WaitingForBatch.TotalSeconds:0.0} of {Elapsed.TotalSeconds:0.0} s; headspace " +
        $"{Headspace:0.00}: {(LoaderBinds ? "the loader binds" : "the training step binds")}";

    private string Share(TimeSpan time) => Elapsed > TimeSpan.Zero ? $"{time / Elapsed:P0}" : "0 %";
}
