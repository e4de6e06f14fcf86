using System.Runtime.InteropServices;
using ChestXray.Kernels.Runtime;

namespace ChestXray.Kernels;

/// <summary>Memory of a GPU, for those who have no tensor library that allocates it.</summary>
/// <remarks>Not zeroed; aligned to 256 bytes. Dispose it before its device, when nothing runs on it any more.</remarks>
public sealed unsafe class DeviceBuffer : IDisposable
{
    private readonly KernelDevice _device;
    private nint _address;

    /// <summary>Allocates.</summary>
    /// <param name="device">A CUDA device.</param>
    /// <param name="length">Bytes, at least 1.</param>
    /// <exception cref="ArgumentException">The device is the CPU.</exception>
    /// <exception cref="DriverException">The GPU has not that much memory left.</exception>
    public DeviceBuffer(KernelDevice device, long length)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        device.Require(nameof(PinnedBuffer)).Bind();
        (_device, Length) = (device, length);
        if (device.IsCuda)
            CudaLibrary.Check(CudaLibrary.Allocate(out _address, (nuint)length), $"cuMemAlloc of {length} bytes");
        else
            _address = (nint)NativeMemory.AlignedAlloc((nuint)length, 256);
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>The address of the first byte, on the device.</summary>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public nint Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_address == 0, this);
            return _address;
        }
    }

    /// <summary>
    /// Copies host memory into the buffer on a stream. Returns at once where the source is page-locked, which must then stay as
    /// it is until the stream has done it; otherwise when the source may be changed.
    /// </summary>
    /// <param name="source">Host memory.</param>
    /// <param name="offset">The first byte of the buffer that is written.</param>
    /// <param name="stream">A CUstream of the device's context; 0 is the default stream.</param>
    /// <exception cref="ArgumentException">The source does not fit.</exception>
    public void CopyFrom<T>(ReadOnlySpan<T> source, long offset = 0, nint stream = 0)
        where T : unmanaged
    {
        long bytes = (long)source.Length * sizeof(T);
        Require(bytes, offset);
        fixed (T* first = source)
            Copy(Address + (nint)offset, (nint)first, bytes, stream);
    }

    /// <summary>Starts copying the first bytes of another buffer of the same device into this one, and returns.</summary>
    /// <param name="source">Another buffer.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="stream">A CUstream of the device's context; 0 is the default stream.</param>
    /// <exception cref="ArgumentException">One of the buffers is shorter.</exception>
    public void CopyFrom(DeviceBuffer source, long bytes, nint stream = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        Require(bytes, 0);
        source.Require(bytes, 0);
        Copy(Address, source.Address, bytes, stream);
    }

    /// <summary>Copies the buffer into host memory, after everything before it on the stream, and waits for it.</summary>
    /// <param name="destination">Host memory; filled.</param>
    /// <param name="offset">The first byte of the buffer that is read.</param>
    /// <param name="stream">A CUstream of the device's context; 0 is the default stream.</param>
    /// <exception cref="ArgumentException">The buffer does not hold that much.</exception>
    public void CopyTo<T>(Span<T> destination, long offset = 0, nint stream = 0)
        where T : unmanaged
    {
        long bytes = (long)destination.Length * sizeof(T);
        Require(bytes, offset);
        fixed (T* first = destination)
            Copy((nint)first, Address + (nint)offset, bytes, stream);
        if (_device.IsCuda)
            CudaLibrary.Check(CudaLibrary.Synchronize(stream), "cuStreamSynchronize");
    }

    /// <summary>Frees the memory. A second call does nothing.</summary>
    public void Dispose()
    {
        if (_address == 0)
            return;
        if (_device.IsCuda)
        {
            _device.Require(nameof(PinnedBuffer)).Bind();
            CudaLibrary.Check(CudaLibrary.Free(_address), "cuMemFree");
        }
        else
        {
            NativeMemory.AlignedFree((void*)_address);
        }

        _address = 0;
    }

    private void Copy(nint to, nint from, long bytes, nint stream)
    {
        if (bytes > 0)
            _device.Copy(to, from, bytes, stream);
    }

    private void Require(long bytes, long offset)
    {
        if (offset < 0 || bytes < 0 || bytes > Length - offset)
            throw new ArgumentException($"{bytes} bytes from byte {offset} on do not lie in a buffer of {Length}.",
                nameof(offset));
    }
}
