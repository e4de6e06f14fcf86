using System.Runtime.CompilerServices;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace ChestXray.Kernels.Runtime;

/// <summary>Makes an ILGPU accelerator work in a CUDA context that it did not create.</summary>
/// <remarks>
/// ILGPU always creates a context, and selects <see cref="Accelerator.NativePtr"/> whenever it binds to a thread. Exchanging
/// that handle right after creation puts everything later (kernels, memory, launches, any thread) into the other context.
/// Before the accelerator is disposed the handle is exchanged back, so that ILGPU destroys its own context and never the
/// adopted one.
/// </remarks>
internal sealed class AdoptedContext : IDisposable
{
    private readonly CudaAccelerator _accelerator;
    private readonly nint _own, _adopted;
    private readonly int _device;
    private readonly bool _retained;
    private bool _disposed;

    public AdoptedContext(CudaAccelerator accelerator, int ordinal, nint context)
    {
        _accelerator = accelerator;
        _own = accelerator.NativePtr;
        CudaLibrary.Check(CudaLibrary.DeviceGet(out _device, ordinal), "cuDeviceGet");
        _retained = context == 0;
        if (_retained)
            CudaLibrary.Check(CudaLibrary.PrimaryRetain(out context, _device), "cuDevicePrimaryCtxRetain");
        _adopted = context;
        SetNativePtr(accelerator, _adopted);
        CudaLibrary.Check(CudaLibrary.SetCurrent(_adopted), "cuCtxSetCurrent");
        accelerator.Bind();
        CudaLibrary.Check(CudaLibrary.GetCurrent(out nint current), "cuCtxGetCurrent");
        if (current != _adopted)
            throw new InvalidOperationException(
                "ILGPU did not take the given CUDA context: this version of ILGPU is not the one this was made for.");
    }

    /// <summary>The context that everything runs in.</summary>
    public nint Context => _adopted;

    /// <summary>The driver's number of the device.</summary>
    public int Device => _device;

    /// <summary>Gives ILGPU its own context back, which it is about to destroy.</summary>
    public void Restore()
    {
        SetNativePtr(_accelerator, _own);
        CudaLibrary.Check(CudaLibrary.SetCurrent(_own), "cuCtxSetCurrent");
    }

    /// <summary>
    /// Makes the adopted context current again for whoever else uses this thread, and releases it where it was retained.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        CudaLibrary.Check(CudaLibrary.SetCurrent(_adopted), "cuCtxSetCurrent");
        if (_retained)
            CudaLibrary.Check(CudaLibrary.PrimaryRelease(_device), "cuDevicePrimaryCtxRelease");
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_NativePtr")]
    private static extern void SetNativePtr(Accelerator accelerator, nint value);
}
