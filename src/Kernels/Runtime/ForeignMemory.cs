using ILGPU;
using ILGPU.Runtime;

namespace ChestXray.Kernels.Runtime;

/// <summary>
/// Memory that somebody else owns, as kernels see it: an address that can be changed between launches, and no copy, no free.
/// </summary>
internal sealed class ForeignMemory(Accelerator accelerator) : MemoryBuffer(accelerator, long.MaxValue, 1)
{
    /// <summary>The memory at an address as <paramref name="length"/> elements. The view before is void.</summary>
    public ArrayView<T> At<T>(nint address, long length)
        where T : unmanaged
    {
        NativePtr = address;
        return new ArrayView<T>(this, 0, length);
    }

    protected override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) => throw KernelsOnly();

    protected override void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        throw KernelsOnly();

    protected override void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        throw KernelsOnly();

    protected override void DisposeAcceleratorObject(bool disposing) => NativePtr = 0;

    private static NotSupportedException KernelsOnly() => new("Foreign memory is for kernels; its owner copies and clears it.");
}
