namespace ChestXray.Kernels;

/// <summary>How a value between pixels is made.</summary>
public enum Interpolation
{
    /// <summary>From the four neighbours, linear in each axis.</summary>
    Bilinear,

    /// <summary>
    /// The pixel whose index is the coordinate plus one half, rounded down, in 32.32 fixed point: the same bits on every path.
    /// </summary>
    Nearest,
}
