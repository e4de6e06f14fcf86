using ChestXray.Kernels;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Gpu;

/// <summary>
/// The batches' tensors on a device, made once by the tensor library, and their addresses, at which kernels write. Before and
/// after the pixels of each lie values that nobody may touch. Not thread-safe.
/// </summary>
internal sealed class DeviceRing : IDisposable
{
    /// <summary>
    /// Values before and after a slot's pixels; keeps the pixels at a multiple of 256 bytes from the tensor's start.
    /// </summary>
    private const int GuardValues = 128;
    private const float Guard = 77;

    private readonly Slot[] _slots;

    /// <param name="slots">Batches, from 2.</param>
    /// <param name="shape">What a batch is.</param>
    /// <param name="type">float32, float16 or bfloat16.</param>
    /// <param name="device">Where.</param>
    /// <param name="isChannelsLast">How strides are told to convolutions; with one channel the bytes are the same.</param>
    public DeviceRing(int slots, RingShape shape, ScalarType type, Device device, bool isChannelsLast = true)
    {
        (Shape, Type) = (shape, type);
        _slots = [.. Enumerable.Range(0, slots).Select(_ => Make(shape, type, device, isChannelsLast))];
    }

    public RingShape Shape { get; }

    /// <summary>Of the pixels.</summary>
    public ScalarType Type { get; }

    /// <summary>Batches.</summary>
    public int Slots => _slots.Length;

    /// <summary>Where a slot's pixels begin.</summary>
    public nint PixelAddress(int slot) => _slots[slot].PixelAddress;

    /// <summary>Where a slot's labels begin.</summary>
    public nint LabelsAddress(int slot) => _slots[slot].SideAddress + Shape.LabelsAt;

    /// <summary>Where a slot's plan, labels and mask begin.</summary>
    public nint SideAddress(int slot) => _slots[slot].SideAddress;

    /// <summary>The first samples of a slot as N x 1 x S x S: the same memory, the caller's to dispose.</summary>
    public Tensor Images(int slot, int count) => _slots[slot].Images.narrow(0, 0, count);

    /// <summary>The labels of the first samples, N x 14, float32: the same memory, the caller's to dispose.</summary>
    public Tensor Labels(int slot, int count) => _slots[slot].Labels.narrow(0, 0, count);

    /// <summary>The dropout mask of the first samples, N x features, float32: the same memory, the caller's to dispose.</summary>
    public Tensor Mask(int slot, int count) => _slots[slot].Mask.narrow(0, 0, count);

    /// <summary>Whether nobody has written beside the pixels. Waits for the device.</summary>
    public bool GuardsHold()
    {
        using DisposeScope scope = NewDisposeScope();
        return _slots.All(slot => slot.Guards.All(guard => guard.eq(Guard).all().ToBoolean()));
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _slots.SelectMany(slot => slot.All))
            tensor.Dispose();
    }

    private static Slot Make(RingShape shape, ScalarType type, Device device, bool isChannelsLast)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor flat = empty([shape.Values + (2 * GuardValues)], type, device);
        Tensor before = flat.narrow(0, 0, GuardValues), after = flat.narrow(0, GuardValues + shape.Values, GuardValues);
        before.fill_(Guard);
        after.fill_(Guard);
        Tensor pixels = flat.narrow(0, GuardValues, shape.Values);
        Tensor images = isChannelsLast
            ? pixels.view(shape.BatchSize, shape.Size, shape.Size, 1).permute(0, 3, 1, 2)
            : pixels.view(shape.BatchSize, 1, shape.Size, shape.Size);

        // On the CPU the tensor library aligns to less than a plan needs.
        Tensor side = zeros([(shape.SideBytes + AugmentPlan.Alignment) / sizeof(float)], ScalarType.Float32, device);
        int skipped = (int)((AugmentPlan.Alignment - (TensorAddress.Of(side) % AugmentPlan.Alignment)) % AugmentPlan.Alignment);
        Tensor labels = Part(shape.LabelsAt, Findings.Count), mask = Part(shape.MaskAt, shape.MaskFeatures);
        Tensor[] all = [flat, before, after, images, side, labels, mask];
        foreach (Tensor tensor in all)
            tensor.DetachFromDisposeScope();
        return new(images, labels, mask, [before, after], all, TensorAddress.Of(pixels), TensorAddress.Of(side) + skipped);

        Tensor Part(int at, int columns) =>
            side.narrow(0, (skipped + at) / sizeof(float), (long)shape.BatchSize * columns).view(shape.BatchSize, columns);
    }

    private sealed record Slot(
        Tensor Images, Tensor Labels, Tensor Mask, Tensor[] Guards, Tensor[] All, nint PixelAddress, nint SideAddress);
}
