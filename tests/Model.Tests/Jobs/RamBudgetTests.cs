using ChestXray.Model.Jobs;

namespace ChestXray.Model.Tests.Jobs;

public sealed class RamBudgetTests
{
    [Fact]
    public void A_budget_that_can_t_be_met_is_refused_with_what_would_fit()
    {
        string message = Assert.Throws<JobException>(() => RamBudget.Check(Options(600L << 20, batchSize: 64))).Message;
        Assert.Contains("--ram-budget 600 MiB can't be met", message);
        Assert.Contains("--batch-size 19 would fit", message);
        RamBudget.Check(Options(600L << 20, batchSize: 19));
        Assert.Throws<JobException>(() => RamBudget.Check(Options(600L << 20, batchSize: 20)));
    }

    [Fact]
    public void A_budget_below_the_program_itself_is_refused_for_any_batch()
    {
        string message = Assert.Throws<JobException>(() => RamBudget.Check(Options(100L << 20, batchSize: 32))).Message;
        Assert.Contains("Even --batch-size 1 takes about", message);
    }

    [Fact]
    public void A_job_with_a_budget_it_can_t_keep_is_refused_before_anything_is_read()
    {
        JobException error = Assert.Throws<JobException>(
            () => TrainingJob.Run(Options(100L << 20, batchSize: 32), new Listener()));
        Assert.Contains("--ram-budget", error.Message);
    }

    [Fact]
    public async Task A_process_that_owns_more_than_it_may_is_told_to_end_and_another_is_left_alone()
    {
        using RamBudget none = new(Options(null, batchSize: 1), CancellationToken.None),
            wide = new(Options(1L << 50, batchSize: 1), CancellationToken.None);
        using RamBudget narrow = new(Options(1 << 20, batchSize: 1), CancellationToken.None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromMinutes(1), narrow.Token));
        Assert.True(narrow.IsExceeded);
        Assert.Contains("more than --ram-budget 1 MiB", narrow.Refusal().Message);
        Assert.Contains("--resume", narrow.Refusal().Message);
        Assert.False(none.IsExceeded || none.Token.IsCancellationRequested || wide.IsExceeded
            || wide.Token.IsCancellationRequested);
    }

    private static TrainingJobOptions Options(long? budget, int batchSize) => new()
    {
        DataFolder = "no-such-folder",
        RunFolder = "no-such-run",
        CacheFolder = "no-such-cache",
        RamBudget = budget,
        Training = new() { BatchSize = batchSize },
    };
}
