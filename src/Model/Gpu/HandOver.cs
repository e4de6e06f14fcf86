using ChestXray.Kernels;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Gpu;

/// <summary>
/// Proves at start that kernels and the tensor library work on the same memory: same context, and pixels that one wrote are
/// read by the other, both ways.
/// </summary>
internal static class HandOver
{
    private const int Size = 16, Samples = 2;

    /// <summary>Tries.</summary>
    /// <param name="driver">Of the kernels.</param>
    /// <param name="device">Of the tensors.</param>
    /// <returns>Null where it works; otherwise a sentence on what does not.</returns>
    public static string? Fault(IStepDriver driver, Device device)
    {
        try
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor records = arange(Samples * Size * Size, ScalarType.Int64, device).remainder(251).to(ScalarType.Byte);
            nint owner = driver.ContextOf(TensorAddress.Of(records));
            if (owner != driver.Context)
                return $"tensors lie in the CUDA context {owner:x}, kernels run in {driver.Context:x}";
            return Exchange(driver, records, device);
        }
        catch (DriverException error)
        {
            return error.Message;
        }
    }

    /// <summary>A kernel reads what a tensor operation wrote, and a tensor operation what the kernel wrote.</summary>
    private static string? Exchange(IStepDriver driver, Tensor records, Device device)
    {
        RingShape shape = new(Samples, Size, 0);
        AugmenterOptions options = new() { SourceHeight = Size, SourceWidth = Size };
        using DeviceRing ring = new(1, shape, ScalarType.Float32, device);
        nint side = driver.AllocateHost(shape.SideBytes, isPageLocked: false);
        try
        {
            bool isPlain = Plan(options, side);

            // What was freed here before may hold the very pixels that are expected.
            ring.Images(0, Samples).fill_(-1);
            int kernel = driver.LoadAugmentation(options, PixelType.U8, ScalarType.Float32, Samples);
            nint stream = driver.MakeStream();
            int written = driver.MakeMark(), made = driver.MakeMark();
            driver.Record(written, driver.TrainingStream);
            driver.HoldBack(written, stream);
            driver.Copy(ring.SideAddress(0), side, shape.SideBytes, stream);
            AugmentCall call = new(
                TensorAddress.Of(records), Samples, ring.SideAddress(0), Samples, isPlain, ring.PixelAddress(0), shape.Values);
            driver.Augment(kernel, call, stream);
            driver.Record(made, stream);
            driver.HoldBack(made, driver.TrainingStream);
            Tensor wanted = records.view(Samples, 1, Size, Size).flip(0).to(ScalarType.Float32);
            float distance = (ring.Images(0, Samples) - wanted).abs().max().ToSingle();
            driver.Wait(made);
            return distance > 1e-2 ? $"a kernel's pixels are read {distance:0.##} grey levels off by the tensor library"
                : ring.GuardsHold() ? null : "a kernel wrote beside the tensor that it was given";
        }
        finally
        {
            driver.Free(side);
        }
    }

    /// <summary>The two records in exchanged order, as they are.</summary>
    private static unsafe bool Plan(AugmenterOptions options, nint side) => new AugmentPlan(options).Write(
        Samples, [1, 0], [Matrix2x3.Identity, Matrix2x3.Identity], [], new((void*)side, Samples * AugmentPlan.SampleBytes));
}
