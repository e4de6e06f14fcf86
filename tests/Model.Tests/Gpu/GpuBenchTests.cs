using ChestXray.Kernels;
using ChestXray.Model.Benchmarks;
using ChestXray.Model.Tests.Jobs;
using ChestXray.Pipeline;
using TorchSharp;

namespace ChestXray.Model.Tests.Gpu;

/// <summary>`bench gpu`: every part on the kernels' simulator, and what is said without a card.</summary>
public class GpuBenchTests
{
    [Fact]
    public void Every_part_runs_and_fills_its_lines()
    {
        using PhantomStore phantoms = new(106, PixelType.U8, 40);
        Bench bench = Make("");
        GpuBench.Parts(bench, Target(phantoms));
        BenchmarkReport report = bench.Report("the simulator");
        Assert.Empty(report.Absent);
        Assert.Contains(report.Checks, check => check.StartsWith("Kernels and tensors share one context", StringComparison.Ordinal));
        Assert.Contains(report.Checks, check => check.StartsWith("20 random geometries", StringComparison.Ordinal));
        Assert.Contains(report.Checks, check => check.Contains("same bits", StringComparison.Ordinal));
        foreach (string metric in new[]
        {
            "share_of_copy_8_2_Single", "share_of_copy_8_2_BFloat16", "step_float32", "step_bfloat16", "loop_over_step_resident",
            "loop_over_step_pinned", "loop_over_step_staged", "tensors_left",
        })
            Assert.Contains($"gpu.{metric}", report.Metrics.Keys);
        string page = report.ToMarkdown();
        Assert.Contains("| the loop, resident |", page);
        Assert.Contains("## Checked", page);
    }

    [Fact]
    public void A_part_that_fails_is_named_and_stops_no_other()
    {
        using PhantomStore phantoms = new(106, PixelType.U8, 40);
        Bench bench = Make("ag");
        GpuBench.Parts(bench, Target(phantoms) with { Source = () => throw new InvalidDataException("no samples here") });
        BenchmarkReport report = bench.Report("the simulator");
        Assert.Equal("part (g), the same seed twice: no samples here", Assert.Single(report.Absent));
        Assert.Single(report.Checks);
    }

    private static Bench Make(string parts) => new(
        "gpu", new(Repeats: 3, Peers: false) { Parts = parts }, new Listener(), default)
    {
        WarmUp = TimeSpan.Zero,
    };

    private static GpuTarget Target(PhantomStore phantoms) =>
        new("cuda:0", KernelDevice.Simulator, torch.CPU, () => 0, () => phantoms.Train(), IsQuick: true);
}
