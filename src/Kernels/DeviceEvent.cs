using ChestXray.Kernels.Runtime;

namespace ChestXray.Kernels;

/// <summary>A mark in a stream that other streams, or the host, can wait for. Made once and recorded again and again.</summary>
/// <remarks>
/// An event that was never recorded counts as done. Work of the CPU's simulator is done when its call returns, so every event is.
/// Dispose it before its device.
/// </remarks>
public sealed class DeviceEvent : IDisposable
{
    private const uint WithoutTiming = 2;
    private const int NotReady = 600;

    private readonly KernelDevice _device;
    private nint _handle;

    /// <summary>Makes an event in the device's context.</summary>
    /// <param name="device">A CUDA device, or the simulator.</param>
    /// <exception cref="ArgumentException">The device is the CPU, which has nothing to order: calls end with their work.</exception>
    /// <exception cref="DriverException">The driver refused.</exception>
    public DeviceEvent(KernelDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        device.Require(nameof(CpuAugmenter)).Bind();
        _device = device;
        if (device.IsCuda)
            CudaLibrary.Check(CudaLibrary.EventCreate(out _handle, WithoutTiming), "cuEventCreate");
    }

    /// <summary>Marks the end of what a stream has been given so far.</summary>
    /// <param name="stream">A CUstream of the device's context; 0 is the default stream.</param>
    /// <exception cref="DriverException">Work before it failed, or the stream does not exist.</exception>
    public void Record(nint stream)
    {
        if (Bind())
            CudaLibrary.Check(CudaLibrary.EventRecord(_handle, stream), "cuEventRecord");
    }

    /// <summary>Lets what a stream is given from now on wait for the mark; the host does not wait.</summary>
    /// <param name="stream">As for <see cref="Record"/>.</param>
    /// <exception cref="DriverException">Work before it failed, or the stream does not exist.</exception>
    public void HoldBack(nint stream)
    {
        if (Bind())
            CudaLibrary.Check(CudaLibrary.StreamWaitEvent(stream, _handle, 0), "cuStreamWaitEvent");
    }

    /// <summary>Whether the mark is reached; does not wait.</summary>
    /// <exception cref="DriverException">Work before it failed.</exception>
    public bool IsDone()
    {
        if (!Bind())
            return true;
        int result = CudaLibrary.EventQuery(_handle);
        if (result != NotReady)
            CudaLibrary.Check(result, "cuEventQuery");
        return result == 0;
    }

    /// <summary>Waits on the host until the mark is reached.</summary>
    /// <exception cref="DriverException">Work before it failed.</exception>
    public void Wait()
    {
        if (Bind())
            CudaLibrary.Check(CudaLibrary.EventSynchronize(_handle), "cuEventSynchronize");
    }

    /// <summary>Destroys the event. A second call does nothing.</summary>
    public void Dispose()
    {
        if (_handle == 0)
            return;
        if (Bind())
            _ = CudaLibrary.EventDestroy(_handle);
        _handle = 0;
    }

    /// <summary>False where there are no events to speak of.</summary>
    private bool Bind()
    {
        if (!_device.IsCuda)
            return false;
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        _device.Require(nameof(CpuAugmenter)).Bind();
        return true;
    }
}
