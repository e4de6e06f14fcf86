namespace ChestXray.Kernels;

/// <summary>A call of the CUDA driver that failed.</summary>
public sealed class DriverException : InvalidOperationException
{
    private const int OutOfMemoryCode = 2;

    /// <summary>Names the call, the error and its number.</summary>
    /// <param name="call">What was asked of the driver.</param>
    /// <param name="code">Its CUresult; not 0.</param>
    public DriverException(string call, int code)
        : base($"{call} of the CUDA driver failed with error {code} ({NameOf(code)}); 0 is success.")
    {
        Code = code;
    }

    /// <summary>The driver's CUresult.</summary>
    public int Code { get; }

    /// <summary>Whether memory was refused, of the device or page-locked.</summary>
    public bool IsOutOfMemory => Code == OutOfMemoryCode;

    /// <summary>Whether the device or its context can't be used again in this process.</summary>
    public bool IsDeviceLost => Code is 214 or 700 or (>= 702 and <= 704) or 709 or 710 or (>= 714 and <= 721) or 999;

    /// <summary>The driver's word for an error, as in `cuda.h`.</summary>
    private static string NameOf(int code) => code switch
    {
        1 => "invalid value",
        2 => "out of memory",
        3 => "not initialised",
        4 => "driver shuts down",
        34 => "a stub, no driver",
        46 => "device unavailable: another process holds it alone",
        100 => "no device",
        101 => "invalid device",
        200 => "invalid image",
        201 => "invalid context",
        209 => "no code for this device",
        214 => "uncorrectable memory error of the device",
        218 => "invalid PTX",
        222 => "PTX of a version that this driver does not know",
        304 => "the operating system refused",
        400 => "invalid handle",
        600 => "not ready",
        700 => "illegal address",
        701 => "launch out of resources",
        702 => "launch timed out",
        709 => "the context was destroyed",
        716 => "misaligned address",
        719 => "launch failed",
        801 => "not supported",
        802 => "system not ready",
        803 => "driver and its kernel module do not fit",
        804 => "compatibility driver without a card it supports",
        _ => "see CUresult in cuda.h",
    };
}
