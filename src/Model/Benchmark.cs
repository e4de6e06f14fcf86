using ChestXray.Model.Benchmarks;

namespace ChestXray.Model;

/// <summary>
/// Measures this engine on this machine: correctness first, then medians, the peer or the limit beside our figure.
/// </summary>
public static class Benchmark
{
    /// <summary>The suites' names.</summary>
    public static IReadOnlyList<string> Suites { get; } = ["decode", "loader", "kernels", "step", "densenet", "gpu"];

    /// <summary>Runs one suite.</summary>
    /// <param name="suite">One of <see cref="Suites"/>.</param>
    /// <param name="options">On what.</param>
    /// <param name="observer">Hears which row is timed.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <exception cref="JobException">A result was wrong: nothing is timed then.</exception>
    /// <exception cref="ArgumentException">No such suite.</exception>
    public static BenchmarkReport Run(
        string suite, BenchmarkOptions options, IJobObserver observer, CancellationToken cancellation = default)
    {
        Bench bench = new(suite, options, observer, cancellation);
        return suite switch
        {
            "decode" => DecodeBench.Run(bench),
            "loader" => LoaderBench.Run(bench),
            "kernels" => KernelBench.Run(bench),
            "step" => StepBench.Run(bench),
            "densenet" => DenseBench.Run(bench),
            "gpu" => GpuBench.Run(bench),
            _ => throw new ArgumentException(
                $"There is no suite '{suite}': choose one of {string.Join(", ", Suites)}.", nameof(suite)),
        };
    }
}
