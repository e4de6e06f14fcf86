using System.Runtime.InteropServices;
using TorchSharp;

namespace ChestXray.Model.Training;

/// <summary>bfloat16 autocast for the calling thread, which TorchSharp does not bind.</summary>
internal static partial class Autocast
{
    private const string Library = "torch_cpu";
    private const sbyte Cpu = 0, Cuda = 1, Bfloat16 = 15;

    /// <summary>Whether it is on for the calling thread.</summary>
    [field: ThreadStatic]
    public static bool IsOn { get; private set; }

    /// <summary>Convolutions and matrix products of this thread take bfloat16 copies of their inputs from now on.</summary>
    /// <param name="device">CPU or CUDA.</param>
    public static void Begin(DeviceType device)
    {
        SetType(Number(device), Bfloat16);
        SetEnabled(Number(device), 1);
        IsOn = true;
    }

    /// <summary>Ends it, and drops the copies of the weights.</summary>
    /// <param name="device">What it was begun for.</param>
    public static void End(DeviceType device)
    {
        IsOn = false;
        SetEnabled(Number(device), 0);
        ClearCache();
    }

    private static sbyte Number(DeviceType device) => device == DeviceType.CUDA ? Cuda : Cpu;

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb")]
    private static partial void SetEnabled(sbyte device, byte enabled);

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE")]
    private static partial void SetType(sbyte device, sbyte type);

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast11clear_cacheEv")]
    private static partial void ClearCache();
}
