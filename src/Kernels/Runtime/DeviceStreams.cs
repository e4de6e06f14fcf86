using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace ChestXray.Kernels.Runtime;

/// <summary>A caller's stream handle as ILGPU's object; the last one is kept, and never destroyed.</summary>
internal sealed class DeviceStreams(Accelerator accelerator) : IDisposable
{
    private AcceleratorStream _stream = accelerator.DefaultStream;
    private nint _handle;

    /// <summary>The stream of a handle; 0 is the default stream.</summary>
    public AcceleratorStream Select(nint handle)
    {
        if (handle == _handle)
            return _stream;
        if (accelerator is not CudaAccelerator cuda)
            throw new ArgumentException($"The stream is {handle}; only CUDA devices have streams, use 0.", nameof(handle));
        Dispose();
        _stream = handle == 0 ? cuda.DefaultStream : cuda.CreateStream(handle, responsible: false);
        _handle = handle;
        return _stream;
    }

    public void Dispose()
    {
        if (_handle != 0)
            _stream.Dispose();
        (_stream, _handle) = (accelerator.DefaultStream, 0);
    }
}
