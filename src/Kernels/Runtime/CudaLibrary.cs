using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace ChestXray.Kernels.Runtime;

/// <summary>The few calls of the CUDA driver that ILGPU does not have.</summary>
internal static partial class CudaLibrary
{
    private const string Driver = "libcuda.so.1";

    private static int _resolving;

    /// <summary>
    /// ILGPU asks for `libcuda.so`, which only developers' machines have; users' machines have `libcuda.so.1`. Without this ILGPU sees no GPU.
    /// </summary>
    public static void LetIlgpuFindIt()
    {
        if (!OperatingSystem.IsLinux() || Interlocked.Exchange(ref _resolving, 1) != 0)
            return;
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, Resolve);
        }
        catch (InvalidOperationException)
        {
            // The application has set a resolver of its own for ILGPU, which then has the say.
        }
    }

    [LibraryImport(Driver, EntryPoint = "cuDeviceGet")]
    public static partial int DeviceGet(out int device, int ordinal);

    [LibraryImport(Driver, EntryPoint = "cuDevicePrimaryCtxRetain")]
    public static partial int PrimaryRetain(out nint context, int device);

    [LibraryImport(Driver, EntryPoint = "cuDevicePrimaryCtxRelease_v2")]
    public static partial int PrimaryRelease(int device);

    [LibraryImport(Driver, EntryPoint = "cuCtxSetCurrent")]
    public static partial int SetCurrent(nint context);

    [LibraryImport(Driver, EntryPoint = "cuCtxGetCurrent")]
    public static partial int GetCurrent(out nint context);

    public static void Check(int result, string call)
    {
        if (result != 0)
            throw new InvalidOperationException($"{call} of the CUDA driver failed with error {result}; 0 is success.");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name.Contains("cuda", StringComparison.Ordinal) && NativeLibrary.TryLoad(Driver, out nint library) ? library : 0;
}
