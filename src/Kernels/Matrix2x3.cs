namespace ChestXray.Kernels;

/// <summary>An affine map from output to source pixels: output (x, y) reads source (A x + B y + C, D x + E y + F).</summary>
/// <remarks>
/// Coordinates are pixel indices: (0, 0) is the centre of the first pixel, x counts columns and y rows, as in Keras and
/// TensorFlow. The methods about a centre use ((width - 1) / 2, (height - 1) / 2). An immutable value: thread-safe.
/// </remarks>
/// <param name="A">Source columns per output column.</param>
/// <param name="B">Source columns per output row.</param>
/// <param name="C">Source column of output (0, 0).</param>
/// <param name="D">Source rows per output column.</param>
/// <param name="E">Source rows per output row.</param>
/// <param name="F">Source row of output (0, 0).</param>
public readonly record struct Matrix2x3(double A, double B, double C, double D, double E, double F)
{
    /// <summary>The map of every pixel to itself.</summary>
    public static Matrix2x3 Identity { get; } = new(1, 0, 0, 0, 1, 0);

    /// <summary>A E - B D: source area per output area; negative where the map mirrors.</summary>
    public double Determinant => (A * E) - (B * D);

    /// <summary>Whether all six entries are finite and the map does not collapse the image to a line or a point.</summary>
    public bool IsUsable =>
        double.IsFinite(A + B + C + D + E + F) && Math.Abs(Determinant) is > 1e-12 and < double.PositiveInfinity;

    /// <summary>Keras' RandomRotation with this angle: rotates the picture counter-clockwise about its centre.</summary>
    /// <param name="radians">The angle; `factor` 0.1 in Keras means U[-0.1 * 2 pi, 0.1 * 2 pi).</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    public static Matrix2x3 Rotation(double radians, int width, int height)
    {
        (double sin, double cos) = Math.SinCos(radians);
        double right = width - 1, bottom = height - 1;
        return new(
            cos, -sin, (right - ((cos * right) - (sin * bottom))) / 2,
            sin, cos, (bottom - ((sin * right) + (cos * bottom))) / 2);
    }

    /// <summary>Keras' RandomZoom with these factors, about the centre: above 1 zooms out, below 1 zooms in.</summary>
    /// <param name="zx">Source columns per output column.</param>
    /// <param name="zy">Source rows per output row.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    public static Matrix2x3 Zoom(double zx, double zy, int width, int height) =>
        new(zx, 0, (width - 1) / 2.0 * (1 - zx), 0, zy, (height - 1) / 2.0 * (1 - zy));

    /// <summary>Moves the picture right by <paramref name="dx"/> and down by <paramref name="dy"/> pixels.</summary>
    public static Matrix2x3 Shift(double dx, double dy) => new(1, 0, -dx, 0, 1, -dy);

    /// <summary>
    /// Shears about the centre: a row one further down reads <paramref name="kx"/> columns further right, a column likewise.
    /// </summary>
    /// <param name="kx">Source columns per output row.</param>
    /// <param name="ky">Source rows per output column; kx * ky = 1 collapses the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    public static Matrix2x3 Shear(double kx, double ky, int width, int height) =>
        new(1, kx, -kx * (height - 1) / 2.0, ky, 1, -ky * (width - 1) / 2.0);

    /// <summary>Left and right exchanged.</summary>
    public static Matrix2x3 FlipHorizontal(int width) => new(-1, 0, width - 1, 0, 1, 0);

    /// <summary>Top and bottom exchanged.</summary>
    public static Matrix2x3 FlipVertical(int height) => new(1, 0, 0, 0, -1, height - 1);

    /// <summary>
    /// Cuts out the region at (<paramref name="left"/>, <paramref name="top"/>) and stretches it over the output, as
    /// `tf.image.resize` does.
    /// </summary>
    /// <param name="left">Left edge of the region in source pixels; 0 is the edge of the image.</param>
    /// <param name="top">Top edge of the region.</param>
    /// <param name="width">Width of the region.</param>
    /// <param name="height">Height of the region.</param>
    /// <param name="outputWidth">Columns of the output.</param>
    /// <param name="outputHeight">Rows of the output.</param>
    public static Matrix2x3 Crop(double left, double top, double width, double height, int outputWidth, int outputHeight)
    {
        double sx = width / outputWidth, sy = height / outputHeight;
        return new(sx, 0, left + (sx / 2) - 0.5, 0, sy, top + (sy / 2) - 0.5);
    }

    /// <summary>
    /// Stretches the whole source over the output with half-pixel centres and without antialias. Use <see
    /// cref="Border.Nearest"/> with it.
    /// </summary>
    public static Matrix2x3 Resize(int width, int height, int outputWidth, int outputHeight) =>
        Crop(0, 0, width, height, outputWidth, outputHeight);

    /// <summary>
    /// The one map that equals resampling with this one first and resampling the result with <paramref name="next"/>.
    /// </summary>
    public Matrix2x3 Then(in Matrix2x3 next) => new(
        (A * next.A) + (B * next.D), (A * next.B) + (B * next.E), (A * next.C) + (B * next.F) + C,
        (D * next.A) + (E * next.D), (D * next.B) + (E * next.E), (D * next.C) + (E * next.F) + F);

    /// <summary>Where output (<paramref name="x"/>, <paramref name="y"/>) reads the source.</summary>
    public (double X, double Y) Apply(double x, double y) => ((A * x) + (B * y) + C, (D * x) + (E * y) + F);

    /// <summary>
    /// Where a point of the source comes to lie in the output; both in pixel indices, (0, 0) being the centre of the first
    /// pixel.
    /// </summary>
    /// <exception cref="InvalidOperationException">The map is not <see cref="IsUsable"/>.</exception>
    public (double X, double Y) Move(double x, double y) => Inverse().Apply(x, y);

    /// <summary>
    /// The smallest upright box of the output that holds a box of the source; may reach outside, see <see
    /// cref="BoundingBox.Clip"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The map is not <see cref="IsUsable"/>.</exception>
    public BoundingBox Move(in BoundingBox box)
    {
        Matrix2x3 inverse = Inverse();
        (double x0, double y0) = inverse.Apply(box.Left - 0.5, box.Top - 0.5);
        (double x1, double y1) = inverse.Apply(box.Right - 0.5, box.Top - 0.5);
        (double x2, double y2) = inverse.Apply(box.Left - 0.5, box.Bottom - 0.5);
        (double x3, double y3) = inverse.Apply(box.Right - 0.5, box.Bottom - 0.5);
        return new(
            Math.Min(Math.Min(x0, x1), Math.Min(x2, x3)) + 0.5, Math.Min(Math.Min(y0, y1), Math.Min(y2, y3)) + 0.5,
            Math.Max(Math.Max(x0, x1), Math.Max(x2, x3)) + 0.5, Math.Max(Math.Max(y0, y1), Math.Max(y2, y3)) + 0.5);
    }

    /// <summary>The map from source to output.</summary>
    /// <exception cref="InvalidOperationException">The map is not <see cref="IsUsable"/>.</exception>
    public Matrix2x3 Inverse()
    {
        if (!IsUsable)
            throw new InvalidOperationException(
                $"{this} has no inverse: its determinant is {Determinant}; all entries must be finite, the determinant not 0.");
        double scale = 1 / Determinant;
        return new(
            E * scale, -B * scale, ((B * F) - (E * C)) * scale,
            -D * scale, A * scale, ((D * C) - (A * F)) * scale);
    }
}
