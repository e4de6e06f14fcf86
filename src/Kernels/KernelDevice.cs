using ChestXray.Kernels.Runtime;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace ChestXray.Kernels;

/// <summary>The device that kernels run on, and why it was taken.</summary>
/// <remarks>
/// <para>A CUDA device works in the GPU's primary context, the one that PyTorch and TorchSharp use, or in a context whose
/// handle is given: pointers and streams of that context can be passed in as they are. ILGPU itself opens a context of its own
/// while the device is opened; it stays idle and is destroyed with the device, and nothing ever runs in it.</para>
/// <para>Ownership: the primary context is retained here and released by <see cref="Dispose"/>; a context that was given is
/// neither. Dispose every <see cref="GpuAugmenter"/> first. Use one device from one thread at a time.</para>
/// </remarks>
public sealed class KernelDevice : IDisposable
{
    private readonly Context? _context;
    private readonly AdoptedContext? _adopted;

    private KernelDevice(
        string name, string reason, Context? context = null, Accelerator? accelerator = null, AdoptedContext? adopted = null)
    {
        (Name, Reason, _context, Accelerator, _adopted) = (name, reason, context, accelerator, adopted);
    }

    /// <summary>`cpu`, or `cuda:N` with the GPU's number.</summary>
    public string Name { get; }

    /// <summary>Why this device was taken, in one sentence.</summary>
    public string Reason { get; }

    /// <summary>
    /// Whether kernels run on a GPU. If not, use <see cref="CpuAugmenter"/>: its SIMD bodies are the CPU's path.
    /// </summary>
    public bool IsCuda => _adopted is not null;

    /// <summary>The CUcontext that kernels run in; 0 without a GPU.</summary>
    public nint CudaContext => _adopted?.Context ?? 0;

    /// <summary>The CUcontext that owns an address of device memory; 0 without a GPU.</summary>
    /// <param name="address">Of a tensor, for example.</param>
    /// <exception cref="DriverException">The driver does not know the address.</exception>
    public nint ContextOf(nint address)
    {
        if (_adopted is null)
            return 0;
        Require(nameof(CpuAugmenter)).Bind();
        CudaLibrary.Check(CudaLibrary.PointerAttribute(out nint context, 1, address), "cuPointerGetAttribute");
        return context;
    }

    /// <summary>
    /// Starts copying between addresses of the device's memory and of the host's, and returns; from or to page-locked memory
    /// the copy runs beside the host.
    /// </summary>
    /// <param name="destination">Where to.</param>
    /// <param name="source">Where from; must stay as it is until the stream has done it.</param>
    /// <param name="bytes">How many, from 0.</param>
    /// <param name="stream">A CUstream of the device's context; 0 is the default stream.</param>
    /// <exception cref="ArgumentException">The device is the CPU, an address is 0, or the number negative.</exception>
    /// <exception cref="DriverException">The driver refused, or work before it failed.</exception>
    public unsafe void Copy(nint destination, nint source, long bytes, nint stream = 0)
    {
        ArgumentOutOfRangeException.ThrowIfZero(destination);
        ArgumentOutOfRangeException.ThrowIfZero(source);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Require(nameof(Buffer)).Bind();
        if (bytes == 0)
            return;
        if (IsCuda)
            CudaLibrary.Check(CudaLibrary.CopyAsync(destination, source, (nuint)bytes, stream), $"cuMemcpyAsync of {bytes} bytes");
        else
            Buffer.MemoryCopy((void*)source, (void*)destination, bytes, bytes);
    }

    /// <summary>Asks the driver about the device, now.</summary>
    /// <exception cref="DriverException">The driver refused to answer.</exception>
    public DeviceFacts Examine()
    {
        if (_adopted is null)
        {
            GCMemoryInfo memory = GC.GetGCMemoryInfo();
            return new(Name, 0, 0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes, memory.TotalAvailableMemoryBytes);
        }

        Accelerator accelerator = Require(nameof(CpuAugmenter));
        accelerator.Bind();
        CudaLibrary.Check(CudaLibrary.DriverVersion(out int version), "cuDriverGetVersion");
        CudaLibrary.Check(CudaLibrary.DeviceAttribute(out int major, 75, _adopted.Device), "cuDeviceGetAttribute");
        CudaLibrary.Check(CudaLibrary.DeviceAttribute(out int minor, 76, _adopted.Device), "cuDeviceGetAttribute");
        CudaLibrary.Check(CudaLibrary.MemoryInfo(out nuint free, out nuint total), "cuMemGetInfo");
        return new(accelerator.Name, version, (10 * major) + minor, (long)free, (long)total);
    }

    /// <summary>Null on the CPU.</summary>
    internal Accelerator? Accelerator { get; }

    /// <summary>What kernels run on; on the CPU an error that names what to use there.</summary>
    internal Accelerator Require(string instead)
    {
        ObjectDisposedException.ThrowIf(Accelerator is { IsDisposed: true }, this);
        return Accelerator ?? throw new ArgumentException($"The device is {Name} ({Reason}): use {instead} there.", "device");
    }

    /// <summary>Takes a device by name, on a GPU's primary context.</summary>
    /// <param name="name">`auto` (the first GPU, else the CPU), `cpu`, `cuda` (the first GPU) or `cuda:N`.</param>
    /// <exception cref="ArgumentException">No such name.</exception>
    /// <exception cref="PlatformNotSupportedException">A GPU was asked for by name and is not there.</exception>
    public static KernelDevice Open(string name = "auto") => Open(name, 0);

    /// <summary>As <see cref="Open(string)"/>, in a CUDA context that exists already and stays the caller's.</summary>
    /// <param name="name">`cuda` or `cuda:N`: the GPU that the context is on.</param>
    /// <param name="cudaContext">A CUcontext handle; 0 takes the primary context.</param>
    /// <exception cref="ArgumentException">No such name.</exception>
    /// <exception cref="PlatformNotSupportedException">The GPU is not there.</exception>
    public static KernelDevice Open(string name, nint cudaContext)
    {
        ArgumentNullException.ThrowIfNull(name);
        int ordinal = Ordinal(name);
        if (name == "cpu")
            return new("cpu", "the CPU was asked for by name");
        CudaLibrary.LetIlgpuFindIt();
        Context context = Context.Create(builder => builder.Cuda());
        int count = context.GetCudaDevices().Count;
        if (ordinal < count)
            return OnGpu(context, ordinal, cudaContext, name);
        context.Dispose();
        string missing = count == 0
            ? "no CUDA device was found" : $"there is no GPU {ordinal}: {count} were found, numbered from 0";
        return name == "auto"
            ? new("cpu", $"auto: {missing}") : throw new PlatformNotSupportedException($"{name}: {missing}. Use auto or cpu.");
    }

    /// <summary>ILGPU's CPU accelerator: runs the GPU's kernels for tests, slowly.</summary>
    internal static KernelDevice Simulator()
    {
        Context context = Context.Create(builder => builder.CPU(new CPUDevice(2, 1, 1)));
        return new("simulator", "a test asked for it", context, context.GetDevice<CPUDevice>(0).CreateCPUAccelerator(context));
    }

    /// <summary>Gives the contexts back. A second call does nothing.</summary>
    public void Dispose()
    {
        if (Accelerator is null || Accelerator.IsDisposed)
            return;
        _adopted?.Restore();
        Accelerator.Dispose();
        _context!.Dispose();
        _adopted?.Dispose();
    }

    private static KernelDevice OnGpu(Context context, int ordinal, nint cudaContext, string name)
    {
        CudaAccelerator accelerator = context.CreateCudaAccelerator(ordinal);
        AdoptedContext adopted = new(accelerator, ordinal, cudaContext);
        string reason = name == "auto"
            ? $"auto: {accelerator.Name} is there" : $"{name} was asked for by name: {accelerator.Name}";
        return new($"cuda:{ordinal}", reason, context, accelerator, adopted);
    }

    private static int Ordinal(string name)
    {
        if (name is "auto" or "cpu" or "cuda")
            return 0;
        if (name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), out int ordinal) && ordinal >= 0)
            return ordinal;
        throw new ArgumentException($"There is no device '{name}': use auto, cpu, cuda or cuda:N.", nameof(name));
    }
}
