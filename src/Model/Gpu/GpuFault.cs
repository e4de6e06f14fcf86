using System.Runtime.InteropServices;
using ChestXray.Kernels;

namespace ChestXray.Model.Gpu;

/// <summary>What went wrong on a GPU, in words: the driver's numbers and the tensor library's texts, and what to do.</summary>
internal static class GpuFault
{
    private const int HeldAlone = 46, NoDevice = 100, UnknownPtx = 222, NoCode = 209, ModuleMismatch = 803,
    CompatibilityOnly = 804;

    /// <summary>Whether memory was refused, by the driver or by the tensor library.</summary>
    public static bool IsOutOfMemory(Exception error) =>
        error is DriverException { IsOutOfMemory: true } || (error is ExternalException && Says(error, "out of memory"));

    /// <summary>A sentence on a GPU's fault; null for any other error.</summary>
    public static string? Name(Exception error) => error switch
    {
        _ when IsOutOfMemory(error) =>
            "The GPU's memory is used up, by this run or by another process: take a smaller --batch-size, --tier staged, " +
            $"or another GPU. ({First(error)})",
        DriverException driver => OfDriver(driver),
        ExternalException when Says(error, "driver version is insufficient") || Says(error, "system is too old") =>
            $"The GPU's driver is too old for this tensor library: install a newer one, or use --device cpu. ({First(error)})",
        ExternalException when Says(error, "no kernel image") =>
            $"The tensor library has no code for this GPU's compute capability. Use --device cpu. ({First(error)})",
        ExternalException when Says(error, "busy or unavailable") => Held(error),
        ExternalException when Says(error, "CUDA error") || Says(error, "CUDNN") || Says(error, "cuBLAS") => Lost(error),
        _ => null,
    };

    private static string OfDriver(DriverException error) => error.Code switch
    {
        HeldAlone => Held(error),
        NoDevice or ModuleMismatch or CompatibilityOnly or UnknownPtx =>
            $"The GPU's driver is too old or does not fit its kernel module: renew it, or use --device cpu. ({First(error)})",
        NoCode => $"This GPU's compute capability is not supported. Use --device cpu. ({First(error)})",
        _ => Lost(error),
    };

    private static string Held(Exception error) =>
        $"Another process holds the GPU for itself alone: end it, or choose another GPU. ({First(error)})";

    private static string Lost(Exception error) =>
        $"The GPU was lost in the middle of its work, and this process can't use it again. ({First(error)})";

    private static bool Says(Exception error, string words) => error.Message.Contains(words, StringComparison.OrdinalIgnoreCase);

    /// <summary>The tensor library appends its whole call stack.</summary>
    private static string First(Exception error) => error.Message.Split('\n')[0].Trim();
}
