using ChestXray.Kernels;
using ChestXray.Model.Feeding;
using ChestXray.Model.Gpu;
using static TorchSharp.torch;

namespace ChestXray.Model.Benchmarks;

/// <summary>What `bench gpu` measures: a card, or for tests the kernels' simulator beside tensors of the CPU.</summary>
/// <param name="Name">cuda:N.</param>
/// <param name="OpenKernels">Opens the kernels' device; the caller disposes it.</param>
/// <param name="Device">Of the tensors.</param>
/// <param name="Stream">The tensor library's stream.</param>
/// <param name="Source">An epoch of samples; the caller disposes it.</param>
/// <param name="IsQuick">Small and short, for tests.</param>
internal sealed record GpuTarget(
    string Name, Func<KernelDevice> OpenKernels, Device Device, Func<nint> Stream, Func<StoreBatchSource> Source, bool IsQuick)
{
    /// <summary>The driver of a device of its own.</summary>
    public KernelStepDriver OpenDriver()
    {
        nint stream = Stream();
        return new(OpenKernels(), stream);
    }
}
