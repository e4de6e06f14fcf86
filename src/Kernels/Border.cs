namespace ChestXray.Kernels;

/// <summary>
/// What a pass reads where a sample's matrix points outside the record. The letters show a row `abcd` continued to both sides.
/// </summary>
/// <remarks>
/// The definitions are those of TensorFlow's ImageProjectiveTransformV3 (and so of Keras' `fill_mode`); <see cref="Mirror"/> is
/// added. With <see cref="Interpolation.Nearest"/> the rounded pixel index is what gets mapped.
/// </remarks>
public enum Border
{
    /// <summary>`dcba|abcd|dcba`: the edge pixel is repeated. Keras' default.</summary>
    Reflect,

    /// <summary>`dcb|abcd|cba`: the edge pixel is not repeated.</summary>
    Mirror,

    /// <summary>`aaaa|abcd|dddd`: the edge pixel goes on.</summary>
    Nearest,

    /// <summary>
    /// `abcd|abcd|abcd`. With bilinear interpolation exactly as TensorFlow wraps: the coordinate moves by whole lengths and is
    /// then held inside, so there is no blending between the last and the first pixel.
    /// </summary>
    Wrap,

    /// <summary>`kkkk|abcd|kkkk`: a constant, <see cref="AugmenterOptions.Fill"/>.</summary>
    Constant,
}
