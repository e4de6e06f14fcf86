namespace ChestXray.Kernels;

/// <summary>
/// An upright box in an image, measured along pixel edges: 0 is the image's left or upper edge, its width the right one.
/// </summary>
/// <remarks>
/// The first pixel is the box (0, 0, 1, 1). A box given as x, y, width and height is (x, y, x + width, y + height).
/// </remarks>
/// <param name="Left">Left edge.</param>
/// <param name="Top">Upper edge.</param>
/// <param name="Right">Right edge, not below <paramref name="Left"/>.</param>
/// <param name="Bottom">Lower edge, not below <paramref name="Top"/>.</param>
public readonly record struct BoundingBox(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Width times height, in pixels.</summary>
    public double Area => (Right - Left) * (Bottom - Top);

    /// <summary>The part inside an image; its <see cref="Area"/> is 0 where nothing is.</summary>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    public BoundingBox Clip(int width, int height) =>
        new(Math.Clamp(Left, 0, width), Math.Clamp(Top, 0, height), Math.Clamp(Right, 0, width), Math.Clamp(Bottom, 0, height));
}
