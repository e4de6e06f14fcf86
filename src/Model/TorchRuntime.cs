using System.Runtime.InteropServices;
using ChestXray.Model.Gpu;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model;

/// <summary>Starts the tensor library the way training wants it. Thread-safe.</summary>
public static partial class TorchRuntime
{
    private const int TrimThreshold = -1, TopPad = -2, MmapThreshold = -3, ArenaMax = -8;
    private static readonly Lock _lock = new();
    private static bool _started;

    /// <summary>Whether the C library agreed to keep freed memory for the next step (it does under glibc).</summary>
    public static bool KeepsFreedMemory { get; private set; }

    /// <summary>Loads the tensor library once and sets its thread count. To be called before the first tensor.</summary>
    /// <param name="threads">Threads inside one operation, from 1; 0 takes one per core that this process may use.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number of threads, or more than 1,024.</exception>
    /// <exception cref="ArgumentException">CHESTXRAY_LIBTORCH names a library that does not fit, or none is at hand.</exception>
    public static void Start(int threads = 0)
    {
        if (threads is < 0 or > 1024)
            throw new ArgumentOutOfRangeException(
                nameof(threads), threads, "Tensor threads are 1 to 1024, or 0 for one per core.");
        lock (_lock)
        {
            if (!_started)
            {
                KeepsFreedMemory = KeepFreedMemory();
                LetIdleThreadsSleep();
                InstalledTorch.LoadIfNamed();
                Initialize();
                _started = true;
            }

            set_num_threads(threads == 0 ? Environment.ProcessorCount : threads);
        }
    }

    private static void Initialize()
    {
        try
        {
            InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception error) when (error is NotSupportedException or TypeInitializationException)
        {
            string reason = (error.InnerException ?? error).Message.Split('\n')[0].Trim();
            throw new ArgumentException(
                $"The tensor library can't be loaded. A build with -p:Torch=installed brings none: {InstalledTorch.Variable} " +
                $"must name the `lib` folder of PyTorch {InstalledTorch.FittingVersion}. ({reason})", error);
        }
    }

    /// <summary>Loads the tensor library and refuses a device that is not there, before any work is done for it.</summary>
    /// <param name="name">auto, cpu, cuda or cuda:N.</param>
    /// <exception cref="ArgumentException">Another word, or a GPU that this machine or this build does not have.</exception>
    public static void RequireDevice(string name)
    {
        Start();
        _ = ParseDevice(name);
    }

    /// <summary>Reads `cpu`, `cuda`, `cuda:N` or `auto` (a GPU where there is one).</summary>
    /// <exception cref="ArgumentException">Another word, or a GPU that this machine or this build does not have.</exception>
    internal static Device ParseDevice(string name)
    {
        if (name == "cpu" || (name == "auto" && !cuda.is_available()))
            return CPU;

        int index = 0;
        bool isCuda = name is "auto" or "cuda"
            || (name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), out index));
        if (!isCuda)
            throw new ArgumentException($"The device '{name}' is unknown; use auto, cpu, cuda or cuda:N.");
        int found = cuda.is_available() ? cuda.device_count() : 0;
        if (index < 0 || index >= found)
        {
            throw new ArgumentException(
                $"The device '{name}' was asked for, but the tensor library sees {found} GPUs; use --device cpu, a build with " +
                $"-p:Torch=cuda, or {InstalledTorch.Variable} (docs/gpu.md).");
        }

        return new Device(DeviceType.CUDA, index);
    }

    /// <summary>
    /// glibc gives every big block back to the kernel and faults it in again at the next step: a third of a step's time.
    /// </summary>
    private static bool KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            // One arena: only the main one can hold a block of more than 64 MiB, whichever thread trains.
            return (SetAllocator(ArenaMax, 1) & SetAllocator(MmapThreshold, 1 << 30)
                & SetAllocator(TrimThreshold, int.MaxValue) & SetAllocator(TopPad, 1 << 28)) == 1;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>
    /// The tensor library's OpenMP threads spin for milliseconds after each of its operations, on the cores that our own
    /// convolutions want next. What the user set wins. The library reads it once, when it loads.
    /// </summary>
    private static void LetIdleThreadsSleep()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not null)
            return;
        _ = SetVariable("OMP_WAIT_POLICY", "passive", 0);

        // Some ten microseconds: an operation that follows at once finds them awake, and nobody else waits for their core.
        _ = SetVariable("GOMP_SPINCOUNT", "5000", 0);
    }

    /// <summary>
    /// Gives freed memory back now and then. The C library can't put a tensor into the hole that one of the same size left
    /// (aligned requests ask for more than they keep), so that its heap grows by a tensor every few steps: to 1.9 GB within
    /// five minutes where 0.7 are used. Faulting what is used in again costs about 1 % at the interval at which training calls
    /// this.
    /// </summary>
    internal static void ReleaseFreedMemory()
    {
        GC.Collect(1, GCCollectionMode.Forced, blocking: true);
        if (KeepsFreedMemory)
            _ = TrimAllocator(0);
    }

    // The runtime's own environment is a copy that the C library does not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrites);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimAllocator(nuint kept);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocator(int parameter, int value);
}
