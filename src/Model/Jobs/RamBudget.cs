using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>Holds a job to the memory that it was allowed: by arithmetic before it starts, by measurement while it runs.</summary>
internal sealed class RamBudget(TrainingJobOptions options, MemoryWatch watch)
{
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

    /// <summary>Ends a job that owns more than it may.</summary>
    /// <exception cref="JobException">It does.</exception>
    public void Watch()
    {
        if (options.RamBudget is { } budget && watch.PeakOwnedBytes > budget)
        {
            throw new JobException(
                $"The process owns {ByteSize.Show(watch.PeakOwnedBytes)}, more than --ram-budget {ByteSize.Show(budget)} allows, and was ended. Allow more, or " +
                "take a smaller --batch-size; --resume goes on from the last checkpoint.");
        }
    }
}
