using ChestXray.Kernels;
using ChestXray.Model.Gpu;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Benchmarks;

/// <summary>
/// `bench gpu`: all that only a card can show, in parts (a) to (g). A part that fails is named and stops none of the others.
/// Without a card it is the suite `kernels` of the CPU, and says so.
/// </summary>
internal static class GpuBench
{
    public static BenchmarkReport Run(Bench bench)
    {
        TorchRuntime.Start(bench.Options.Threads);
        int seen = cuda.is_available() ? cuda.device_count() : 0;
        if (seen == 0)
        {
            bench.Absent("every part of the GPU's: the tensor library sees no card; the CPU's half follows");
            return KernelBench.Run(bench);
        }

        using LoaderStore loader = new(bench);
        GpuTarget target = new(
            "cuda:0", () => KernelDevice.Open("cuda:0"), new Device(DeviceType.CUDA, 0), () => TensorAddress.CurrentStream(0),
            () => loader.Source(1), IsQuick: false);
        using (zeros(1, device: target.Device))
            Parts(bench, target);
        return bench.Report($"{target.Name}, records of {loader.Store.Layout.Size} x {loader.Store.Layout.Size}");
    }

    /// <summary>All parts that were asked for.</summary>
    /// <param name="bench">Collects.</param>
    /// <param name="target">What is measured; its primary context exists.</param>
    public static void Parts(Bench bench, GpuTarget target)
    {
        Part(bench, 'a', "symbols, versions, context", () => Look(bench, target));
        Part(bench, 'b', "operations against the CPU's", () => Check(bench, target));
        Part(bench, 'c', "the fused pass beside a copy", () => GpuPassBench.Run(bench, target));
        Part(bench, 'd', "the training step", () => GpuStepBench.Step(bench, target));
        Part(bench, 'e', "the whole loop over the step", () => GpuStepBench.Loops(bench, target));
        Part(bench, 'f', "memory over many steps", () => GpuStepBench.Memory(bench, target));
        Part(bench, 'g', "the same seed twice", () => GpuStepBench.Repeat(bench, target));
    }

    private static void Part(Bench bench, char letter, string title, Action work)
    {
        if (bench.Options.Parts is { Length: > 0 } parts && !parts.Contains(letter))
            return;
        bench.Say($"({letter}) {title} ...");
        try
        {
            work();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            bench.Absent($"part ({letter}), {title}: {error.Message.Split('\n')[0]}");
        }
    }

    private static void Look(Bench bench, GpuTarget target)
    {
        bench.Note($"tensor library: {InstalledTorch.Loaded ?? "of this build"}");
        IReadOnlyList<(string Name, string Found, string Advice)> lines =
            GpuFinding.OfCard(target.OpenDriver(), target.Device, target.Name);
        foreach ((string name, string found, string advice) in lines)
            bench.Note(advice.Length == 0 ? $"{name}: {found}" : $"{name}: {found} ({advice})");
        using KernelStepDriver driver = target.OpenDriver();
        string? fault = HandOver.Fault(driver, target.Device);
        bench.Check(fault is null, $"Kernels and tensors share one context, and each reads what the other wrote. {fault}".TrimEnd());
    }

    private static void Check(Bench bench, GpuTarget target)
    {
        using KernelDevice device = target.OpenKernels();
        foreach (string sentence in GpuChecks.Run(device, target.IsQuick))
            bench.Check(true, sentence);
        bench.Check(true, GpuGeometries.Run(device, target.IsQuick ? 20 : 1000));
    }
}
