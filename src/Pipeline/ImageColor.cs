namespace ChestXray.Pipeline;

/// <summary>What a file's samples meant before they became grey.</summary>
public enum ImageColor
{
    /// <summary>Grey.</summary>
    Grey,

    /// <summary>Grey with alpha (dropped, not blended).</summary>
    GreyAlpha,

    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Red, green, blue with alpha (dropped, not blended).</summary>
    Rgba,

    /// <summary>Indices into a palette.</summary>
    Palette,

    /// <summary>JPEG's luma and two chroma planes; grey is the luma plane.</summary>
    YCbCr,
}
