using ChestXray.Kernels.Runtime;

namespace ChestXray.Kernels;

/// <summary>
/// A queue of work on a GPU that runs beside the default stream and is ordered against it by <see cref="DeviceEvent"/> alone.
/// </summary>
/// <remarks>Dispose it before its device, when its work is done.</remarks>
public sealed class DeviceStream : IDisposable
{
    private const uint NonBlocking = 1;

    private readonly KernelDevice _device;
    private nint _handle;

    /// <summary>Makes a stream in the device's context.</summary>
    /// <param name="device">A CUDA device, or the simulator.</param>
    /// <exception cref="ArgumentException">The device is the CPU, which has nothing to order: calls end with their work.</exception>
    /// <exception cref="DriverException">The driver refused.</exception>
    public DeviceStream(KernelDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        device.Require(nameof(CpuAugmenter)).Bind();
        _device = device;
        if (device.IsCuda)
            CudaLibrary.Check(CudaLibrary.StreamCreate(out _handle, NonBlocking), "cuStreamCreate");
    }

    /// <summary>The CUstream.</summary>
    public nint Handle => _handle;

    /// <summary>Waits for all work that was queued so far.</summary>
    /// <exception cref="DriverException">That work failed.</exception>
    public void Synchronize()
    {
        if (_handle == 0)
            return;
        _device.Require(nameof(CpuAugmenter)).Bind();
        CudaLibrary.Check(CudaLibrary.Synchronize(_handle), "cuStreamSynchronize");
    }

    /// <summary>Destroys the stream. A second call does nothing.</summary>
    public void Dispose()
    {
        if (_handle == 0)
            return;
        _device.Require(nameof(CpuAugmenter)).Bind();
        _ = CudaLibrary.StreamDestroy(_handle);
        _handle = 0;
    }
}
