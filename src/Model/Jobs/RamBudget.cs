using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>
/// Holds a job to the memory that it was allowed: by arithmetic before it starts, by measurement in every stage while it runs.
/// </summary>
internal sealed class RamBudget : IDisposable
{
    private const string Advice = "Allow more, or take a smaller --batch-size";
    private readonly long? _budget;
    private readonly CancellationTokenSource _end;

    /// <param name="options">The job's.</param>
    /// <param name="cancellation">The caller's; <see cref="Token"/> follows it.</param>
    public RamBudget(TrainingJobOptions options, CancellationToken cancellation)
    {
        _budget = options.RamBudget;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Memory = new(bound: _budget ?? long.MaxValue, exceeded: _end.Cancel);
    }

    /// <summary>What the process owns.</summary>
    public MemoryWatch Memory { get; }

    /// <summary>Cancelled when the caller cancels or the budget is exceeded.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>Whether the process has owned more than it may.</summary>
    public bool IsExceeded => Memory.PeakOwnedBytes > (_budget ?? long.MaxValue);

    /// <summary>What a job is ended with that owned more than it may.</summary>
    public JobException Refusal() => new($"{Measured}, and was ended. {Advice}; --resume goes on from what was finished.");

    /// <summary>What is said of a job that came to its end before the measurement could stop it.</summary>
    public string Excess() => $"{Measured}; it had ended before that was seen. {Advice}.";

    private string Measured =>
        $"The process owned {ByteSize.Show(Memory.PeakOwnedBytes)}, more than --ram-budget {ByteSize.Show(_budget ?? 0)} allows";

    public void Dispose()
    {
        // The watch first: it may still cancel.
        Memory.Dispose();
        _end.Dispose();
    }

    /// <summary>Refuses a job whose expected memory is over its budget, naming what would fit.</summary>
    /// <exception cref="JobException">It can't be met.</exception>
    public static void Check(TrainingJobOptions options)
    {
        if (options.RamBudget is not { } budget)
            return;
        TrainingOptions training = options.Training;
        double expected = Probe.ExpectedMemoryBytes(training, options.Layout.Size), one = Probe.ExpectedMemoryBytes(training with { BatchSize = 1 }, options.Layout.Size);
        if (expected <= budget)
            return;
        double perSample = (expected - one) / Math.Max(1, training.BatchSize - 1);
        string advice = one > budget || training.BatchSize == 1
            ? $"Even --batch-size 1 takes about {ByteSize.Show((long)one)}: allow more, or take a smaller --size."
            : $"--batch-size {1 + (int)((budget - one) / perSample)} would fit, or allow more.";
        throw new JobException(
            $"--ram-budget {ByteSize.Show(budget)} can't be met: training at {options.Layout.Size} x {options.Layout.Size} with batches of {training.BatchSize} " +
            $"takes about {ByteSize.Show((long)expected)} beside the mapped store. {advice}");
    }
}
