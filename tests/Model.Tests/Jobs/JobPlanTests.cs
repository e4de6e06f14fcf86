using ChestXray.Model.Jobs;

namespace ChestXray.Model.Tests.Jobs;

public sealed class JobPlanTests
{
    private const long GB = 1_000_000_000;

    [Theory]
    [InlineData(0, StoreTier.Auto, "5.6 GB at 224: mapped, ")]
    [InlineData(80 * GB, StoreTier.Auto, "5.6 GB at 224: resident on the device")]
    [InlineData(80 * GB, StoreTier.Pinned, "5.6 GB at 224: mapped, 4.8 MB pinned")]
    [InlineData(80 * GB, StoreTier.Staged, "5.6 GB at 224: mapped, ")]
    [InlineData(5 * GB, StoreTier.Auto, "5.6 GB at 224: mapped, 4.8 MB pinned")]
    public void The_plan_says_before_the_run_where_the_store_will_live(long deviceBytes, StoreTier tier, string expected)
    {
        Listener listener = new();
        TrainingJobOptions options = new()
        {
            DataFolder = "data",
            RunFolder = "out",
            CacheFolder = Path.GetTempPath(),
            Layout = new(224),
            Training = new() { Tier = tier },
        };
        JobPlan plan = new(options, 0, 112_120, 66_543, 23_514, 22_063, 82_992, 600, 100) { DeviceBytes = deviceBytes };
        plan.Show(listener);
        Assert.Contains($"store      {expected}", listener.Text, StringComparison.Ordinal);
        Assert.Contains("82,992 samples an epoch", listener.Text, StringComparison.Ordinal);
    }
}
