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
    /// ILGPU asks for `libcuda.so`, which only developers' machines have; users' machines have `libcuda.so.1`. Without this
    /// ILGPU sees no GPU.
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

    /// <summary>Page-locks host memory; 1 makes it so for every context, 2 lets kernels reach it.</summary>
    [LibraryImport(Driver, EntryPoint = "cuMemHostRegister_v2")]
    public static partial int HostRegister(nint address, nuint bytes, uint flags);

    [LibraryImport(Driver, EntryPoint = "cuMemHostUnregister")]
    public static partial int HostUnregister(nint address);

    [LibraryImport(Driver, EntryPoint = "cuMemAlloc_v2")]
    public static partial int Allocate(out nint address, nuint bytes);

    [LibraryImport(Driver, EntryPoint = "cuMemFree_v2")]
    public static partial int Free(nint address);

    [LibraryImport(Driver, EntryPoint = "cuMemcpyAsync")]
    public static partial int CopyAsync(nint destination, nint source, nuint bytes, nint stream);

    [LibraryImport(Driver, EntryPoint = "cuStreamSynchronize")]
    public static partial int Synchronize(nint stream);

    [LibraryImport(Driver, EntryPoint = "cuStreamCreate")]
    public static partial int StreamCreate(out nint stream, uint flags);

    [LibraryImport(Driver, EntryPoint = "cuStreamDestroy_v2")]
    public static partial int StreamDestroy(nint stream);

    [LibraryImport(Driver, EntryPoint = "cuStreamWaitEvent")]
    public static partial int StreamWaitEvent(nint stream, nint mark, uint flags);

    [LibraryImport(Driver, EntryPoint = "cuEventCreate")]
    public static partial int EventCreate(out nint mark, uint flags);

    [LibraryImport(Driver, EntryPoint = "cuEventDestroy_v2")]
    public static partial int EventDestroy(nint mark);

    [LibraryImport(Driver, EntryPoint = "cuEventRecord")]
    public static partial int EventRecord(nint mark, nint stream);

    [LibraryImport(Driver, EntryPoint = "cuEventQuery")]
    public static partial int EventQuery(nint mark);

    [LibraryImport(Driver, EntryPoint = "cuEventSynchronize")]
    public static partial int EventSynchronize(nint mark);

    [LibraryImport(Driver, EntryPoint = "cuMemGetInfo_v2")]
    public static partial int MemoryInfo(out nuint free, out nuint total);

    [LibraryImport(Driver, EntryPoint = "cuDriverGetVersion")]
    public static partial int DriverVersion(out int version);

    /// <summary>75 and 76 are the compute capability's two numbers.</summary>
    [LibraryImport(Driver, EntryPoint = "cuDeviceGetAttribute")]
    public static partial int DeviceAttribute(out int value, int attribute, int device);

    /// <summary>Attribute 1 is the context that owns the memory.</summary>
    [LibraryImport(Driver, EntryPoint = "cuPointerGetAttribute")]
    public static partial int PointerAttribute(out nint value, int attribute, nint address);

    public static void Check(int result, string call)
    {
        if (result != 0)
            throw new DriverException(call, result);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name.Contains("cuda", StringComparison.Ordinal) && NativeLibrary.TryLoad(Driver, out nint library) ? library : 0;
}
