namespace ChestXray.Pipeline.Tests.Loading;

public sealed class LoaderReportTests
{
    [Fact]
    public void A_slow_loader_is_named_with_what_a_fast_one_would_bring()
    {
        LoaderReport report = new(
            TimeSpan.FromSeconds(10), 1, 2, 100, TimeSpan.FromSeconds(9.9), TimeSpan.Zero, TimeSpan.FromSeconds(5), 0.1);
        Assert.Equal(2, report.Headspace, 1e-9);
        Assert.True(report.LoaderBinds);
        Assert.Equal(
            "loader: 1 thread busy 99 %, 0 % waiting for room; 0.1 of 2 batches ready; training waited 5.0 of 10.0 s; headspace 2.00: the loader binds",
            report.ToString());
    }

    [Fact]
    public void A_fast_loader_leaves_the_step_to_bind()
    {
        LoaderReport report = new(
            TimeSpan.FromSeconds(10), 2, 3, 100, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(0.01),
            2);
        Assert.Equal(1.001, report.Headspace, 1e-3);
        Assert.Equal(
            "loader: 2 threads busy 5 %, 95 % waiting for room; 2.0 of 3 batches ready; training waited 0.0 of 10.0 s; headspace 1.00: the training step binds",
            report.ToString());
    }

    [Fact]
    public void The_clock_adds_up_what_it_is_told()
    {
        LoaderClock clock = new(3, 4);
        long second = System.Diagnostics.Stopwatch.Frequency;
        clock.Filled(second);
        clock.Filled(2 * second);
        clock.WaitedForRoom(4 * second);
        clock.Took(5 * second, 1);
        clock.Took(0, 4);

        LoaderReport report = clock.Read();

        Assert.Equal((3, 4, 2L, 2.5), (report.Threads, report.Slots, report.Batches, report.MeanReady));
        Assert.Equal((3.0, 4.0, 5.0), (
            report.Filling.TotalSeconds, report.WaitingForRoom.TotalSeconds, report.WaitingForBatch.TotalSeconds));
    }
}
