using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ChestXray.Model.Gpu;

/// <summary>Where tensors lie, on any device and of any type, by the tensor library's own C functions.</summary>
internal static partial class TensorAddress
{
    /// <summary>The address of a tensor's first value, its offset in the storage included; good while the tensor lives.</summary>
    /// <exception cref="InvalidOperationException">The library refused.</exception>
    public static nint Of(Tensor tensor) => GetDataPointer(tensor.Handle, out nint address) == 0
        ? address
        : throw new InvalidOperationException("The tensor library does not say where a tensor lies.");

    /// <summary>The CUstream that the tensor library works on.</summary>
    /// <param name="device">The GPU's number.</param>
    /// <exception cref="InvalidOperationException">The library refused.</exception>
    public static nint CurrentStream(int device) => GetCurrentStream(device, out nint stream) == 0
        ? stream
        : throw new InvalidOperationException($"The tensor library does not say which stream of GPU {device} it works on.");

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_get_data_ptr")]
    private static partial int GetDataPointer(nint tensor, out nint address);

    [LibraryImport("torch_cuda", EntryPoint = "aoti_torch_get_current_cuda_stream")]
    private static partial int GetCurrentStream(int device, out nint stream);
}
