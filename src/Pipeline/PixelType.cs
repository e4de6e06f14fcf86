namespace ChestXray.Pipeline;

/// <summary>How a store keeps a pixel.</summary>
public enum PixelType
{
    /// <summary>8 bits: the resized value rounded to nearest, ties to even.</summary>
    U8,

    /// <summary>16 bits: the resized value times 256, rounded to nearest.</summary>
    U16,
}
