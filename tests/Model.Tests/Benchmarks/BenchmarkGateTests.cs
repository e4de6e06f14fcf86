using ChestXray.Tests;

namespace ChestXray.Model.Tests.Benchmarks;

public sealed class BenchmarkGateTests : IDisposable
{
    private static readonly BenchmarkReport _report = new(
        "loader", "made", [], [], new Dictionary<string, double> { ["loader.allocated_bytes_per_batch"] = 8, ["loader.threads_over_one"] = 1.9 }, []);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{ "loader.allocated_bytes_per_batch": { "max": 8 }, "loader.threads_over_one": { "min": 1.9 }, "step.x": { "max": 0 } }""", 0)]
    [InlineData("""{ "loader.allocated_bytes_per_batch": { "max": 0 } }""", 1)]
    [InlineData("""{ "loader.allocated_bytes_per_batch": { "max": 0 }, "loader.threads_over_one": { "min": 2 } }""", 2)]
    public void Every_broken_bound_of_the_suite_is_named(string bounds, int broken) =>
        Assert.Equal(broken, BenchmarkGate.Compare(_folder.Write("bounds.json", bounds), _report).Count);

    [Theory]
    [InlineData("not json")]
    [InlineData("""{ "step.x": { "max": 0 } }""")]
    public void A_file_that_bounds_nothing_here_is_an_error(string bounds) =>
        Assert.Throws<JobException>(() => BenchmarkGate.Compare(_folder.Write("bounds.json", bounds), _report));

    [Theory]
    [InlineData("kernels")]
    [InlineData("decode")]
    [InlineData("loader")]
    public void A_suite_runs_checks_itself_and_keeps_the_repository_s_bounds_on_allocation(string suite)
    {
        BenchmarkReport report = Benchmark.Run(suite, new(Repeats: 3, Peers: false), new Jobs.Listener());

        Assert.NotEmpty(report.Checks);
        Assert.All(report.Rows, row => Assert.InRange(row.Median, row.Lowest, row.Highest));
        IReadOnlyList<string> broken = BenchmarkGate.Compare(Path.Combine(SharedData.Repository, "perf-baselines.json"), report);
        Assert.DoesNotContain(broken, sentence => sentence.Contains("allocated"));
    }
}
