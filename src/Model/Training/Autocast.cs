using System.Runtime.InteropServices;

namespace ChestXray.Model.Training;

/// <summary>bfloat16 autocast on the CPU for the calling thread, which TorchSharp does not bind.</summary>
internal static partial class Autocast
{
    private const string Library = "torch_cpu";
    private const sbyte Cpu = 0, Bfloat16 = 15;

    /// <summary>Whether it is on for the calling thread.</summary>
    [field: ThreadStatic]
    public static bool IsOn { get; private set; }

    /// <summary>Convolutions and matrix products of this thread take bfloat16 copies of their inputs from now on.</summary>
    public static void Begin()
    {
        SetType(Cpu, Bfloat16);
        SetEnabled(Cpu, 1);
        IsOn = true;
    }

    /// <summary>Ends it, and drops the copies of the weights.</summary>
    public static void End()
    {
        IsOn = false;
        SetEnabled(Cpu, 0);
        ClearCache();
    }

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb")]
    private static partial void SetEnabled(sbyte device, byte enabled);

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE")]
    private static partial void SetType(sbyte device, sbyte type);

    [LibraryImport(Library, EntryPoint = "_ZN2at8autocast11clear_cacheEv")]
    private static partial void ClearCache();
}
