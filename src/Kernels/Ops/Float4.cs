using System.Runtime.InteropServices;

namespace ChestXray.Kernels.Ops;

/// <summary>Four neighbouring floats: stored as one 16-byte vector.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Float4
{
    public float X, Y, Z, W;
}
