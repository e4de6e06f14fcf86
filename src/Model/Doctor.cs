using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using ChestXray.Model.Benchmarks;
using ChestXray.Model.Gpu;
using ChestXray.Model.Jobs;
using TorchSharp;

namespace ChestXray.Model;

/// <summary>Looks at this machine: what is there, what is used, what would be faster.</summary>
public static class Doctor
{
    private const int CopyBytes = 32 << 20, ProbedBatch = 16, ProbedSize = 224;

    /// <summary>Looks.</summary>
    /// <returns>Lines of name, finding, and advice (empty where there is none).</returns>
    public static IReadOnlyList<(string Name, string Found, string Advice)> Examine()
    {
        TorchRuntime.Start();
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        DriveInfo drive = new(Path.GetFullPath("."));
        return
        [
            ("processor", $"{Machine.Processor}, {Environment.ProcessorCount} used", ""),
            ("vectors", Avx512BW.IsSupported
                ? "AVX-512"
                : Avx2.IsSupported ? "AVX2" : "none", Avx2.IsSupported
                ? "" : "decoding and augmentation run on scalar code here"),
            ("memory", $"{memory.TotalAvailableMemoryBytes / (double)(1 << 30):0.0} GiB, copied at {CopyRate():0.0} GB/s by one thread", ""),
            ("disk here", $"{drive.AvailableFreeSpace / (double)(1 << 30):0.0} GiB free",
                "the full set needs 45 GB, and 5.6 GB for its store at 224"),
            .. DecodeFinding.Lines(DiskRate.OfFolder(".")),
            ("tensor library", $"{InstalledTorch.Loaded ?? "libtorch of this build"}, {torch.get_num_threads()} threads", ""),
            Training(),
            ("freed memory", TorchRuntime.KeepsFreedMemory
                ? "kept for the next step"
                : "given back at every step", TorchRuntime.KeepsFreedMemory ? "" : "training is slower without glibc's mallopt"),
            .. GpuFinding.Lines(),
            ("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}", ""),
        ];
    }

    /// <summary>A short step of the guide's network in both types of convolution.</summary>
    private static (string Name, string Found, string Advice) Training()
    {
        TrainingOptions options = new() { BatchSize = ProbedBatch };
        double single = Probe.StepRate(options, ProbedSize), half = Probe.StepRate(options with { Bfloat16 = true }, ProbedSize);
        return ("training", $"{single:0} images/s in float32, {half:0} with --bfloat16 (a few steps of {ProbedBatch} x {ProbedSize} x {ProbedSize})",
            half > single ? "--bfloat16 is faster here, and less exact" : "--bfloat16 gains nothing here");
    }

    /// <summary>Gigabytes a second that one thread copies.</summary>
    internal static double CopyRate()
    {
        byte[] source = new byte[CopyBytes], target = new byte[CopyBytes];
        source.CopyTo(target, 0);
        double best = double.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long start = Stopwatch.GetTimestamp();
            source.CopyTo(target, 0);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return CopyBytes / best / 1e9;
    }
}
