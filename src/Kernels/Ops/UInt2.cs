using System.Runtime.InteropServices;

namespace ChestXray.Kernels.Ops;

/// <summary>Four neighbouring 16-bit floats: stored as one 8-byte vector.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UInt2
{
    public uint X, Y;
}
