using System.Buffers;
using System.Runtime.InteropServices;
using ChestXray.Kernels.Runtime;

namespace ChestXray.Kernels;

/// <summary>
/// Host memory that never moves; page-locked where the device is a GPU, so that copies run beside kernels and kernels can read
/// and write it by its address.
/// </summary>
/// <remarks>
/// Without a GPU, or where the driver refuses, it is ordinary native memory: <see cref="IsPageLocked"/> and <see
/// cref="Reason"/> say so. It is aligned to a page and zeroed. Dispose it (before its device) to give it back, nothing else
/// does; until then its address is good on any thread.
/// </remarks>
public sealed unsafe class PinnedBuffer : MemoryManager<byte>
{
    private const int Page = 4096;

    private readonly int _length;
    private byte* _memory;

    /// <summary>Allocates and page-locks.</summary>
    /// <param name="device">The device whose copies it is for.</param>
    /// <param name="length">Bytes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not positive.</exception>
    public PinnedBuffer(KernelDevice device, int length)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        if (device.IsCuda)
            device.Require("ordinary memory").Bind();
        nuint bytes = ((nuint)length + Page - 1) / Page * Page;
        _length = length;
        _memory = (byte*)NativeMemory.AlignedAlloc(bytes, Page);
        NativeMemory.Clear(_memory, bytes);
        if (!device.IsCuda)
        {
            Reason = $"ordinary memory: the device is {device.Name} ({device.Reason})";
            return;
        }

        int result = CudaLibrary.HostRegister((nint)_memory, bytes, 1 | 2);
        (IsPageLocked, DriverCode) = (result == 0, result);
        Reason = IsPageLocked
            ? $"page-locked for {device.Name}"
            : $"ordinary memory: cuMemHostRegister of {bytes} bytes failed with error {result}";
    }

    /// <summary>Whether the GPU's driver has locked it.</summary>
    public bool IsPageLocked { get; }

    /// <summary>What the driver answered: a CUresult; 0 where it agreed or was not asked.</summary>
    public int DriverCode { get; }

    /// <summary>What kind of memory it is and why, in one sentence.</summary>
    public string Reason { get; }

    /// <summary>The address of the first byte, for host code; where page-locked for kernels, too.</summary>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public nint Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return (nint)_memory;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public override Span<byte> GetSpan() => new((void*)Address, _length);

    /// <summary>The address of a byte; nothing has to be unpinned.</summary>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such byte.</exception>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        if ((uint)elementIndex > (uint)_length)
            throw new ArgumentOutOfRangeException(
                nameof(elementIndex), elementIndex, $"Byte {elementIndex} was asked for; there are {_length}.");
        return new((byte*)Address + elementIndex);
    }

    /// <summary>Does nothing: the memory never moves.</summary>
    public override void Unpin()
    {
    }

    /// <summary>Unlocks and frees the memory; a second call does nothing.</summary>
    protected override void Dispose(bool disposing)
    {
        if (_memory is null)
            return;
        if (IsPageLocked)
            _ = CudaLibrary.HostUnregister((nint)_memory);
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
