namespace ChestXray.Kernels;

/// <summary>Ranges from which every sample's matrix is drawn; the default draws the identity.</summary>
/// <remarks>
/// A draw is a pure function of (seed; epoch, record): the same on any thread, device and batch size. The order is crop, flips,
/// rotation, zoom, shear, shift, composed into one matrix: what is turned into a crop's corners comes from beside the crop.
/// Immutable and thread-safe.
/// </remarks>
public sealed record RandomGeometry
{
    /// <summary>As in torchvision.</summary>
    private const uint CropAttempts = 10;

    /// <summary>Largest angle: uniform in [-Rotation, Rotation) radians. Keras' RandomRotation(f) is 2 pi f.</summary>
    public double Rotation { get; init; }

    /// <summary>
    /// Largest zoom: one factor for both axes, uniform in [1 - Zoom, 1 + Zoom). Below 1. Keras' RandomZoom(f) is f.
    /// </summary>
    public double Zoom { get; init; }

    /// <summary>Largest shift of each axis as a share of its length, uniform in [-Shift, Shift).</summary>
    public double Shift { get; init; }

    /// <summary>Largest horizontal shear, columns per row, uniform in [-Shear, Shear).</summary>
    public double Shear { get; init; }

    /// <summary>Probability of a horizontal flip, from 0 to 1.</summary>
    public double FlipHorizontal { get; init; }

    /// <summary>Probability of a vertical flip, from 0 to 1.</summary>
    public double FlipVertical { get; init; }

    /// <summary>
    /// Random resized crop: the smallest part of the image's area that is cut out and stretched over the output, uniform in
    /// [CropArea, 1). Above 0; 1 cuts nothing. torchvision's RandomResizedCrop has 0.08.
    /// </summary>
    public double CropArea { get; init; } = 1;

    /// <summary>
    /// Largest ratio of the cut's sides to each other (width / height, or its reciprocal): the logarithm is uniform. 1 to 10;
    /// torchvision has 4 / 3. Has no say while <see cref="CropArea"/> is 1.
    /// </summary>
    public double CropRatio { get; init; } = 4 / 3.0;

    /// <summary>
    /// Random crop: a window of the output's own size at a place of whole pixels, instead of stretching the image over the
    /// output.
    /// </summary>
    public bool Window { get; init; }

    /// <summary>The matrix of one record in one epoch, for an output of the record's own size.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="record">The record's number.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    /// <exception cref="ArgumentOutOfRangeException">A range of this instance is outside what its property allows.</exception>
    public Matrix2x3 Draw(ulong seed, int epoch, int record, int width, int height) =>
        Draw(seed, epoch, record, width, height, width, height);

    /// <summary>The matrix of one record in one epoch, for an output of another size.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="record">The record's number.</param>
    /// <param name="sourceWidth">Columns of the record.</param>
    /// <param name="sourceHeight">Rows of the record.</param>
    /// <param name="width">Columns of the output.</param>
    /// <param name="height">Rows of the output.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A range of this instance is outside what its property allows, or a window is larger than the image.
    /// </exception>
    public Matrix2x3 Draw(ulong seed, int epoch, int record, int sourceWidth, int sourceHeight, int width, int height)
    {
        Check(sourceWidth, sourceHeight, width, height);
        Matrix2x3 matrix = Cut(new(seed, epoch, record), sourceWidth, sourceHeight, width, height);
        if (FlipHorizontal > 0 && Uniform(0) < FlipHorizontal)
            matrix = matrix.Then(Matrix2x3.FlipHorizontal(width));
        if (FlipVertical > 0 && Uniform(1) < FlipVertical)
            matrix = matrix.Then(Matrix2x3.FlipVertical(height));
        if (Rotation != 0)
            matrix = matrix.Then(Matrix2x3.Rotation(Symmetric(2) * Rotation, width, height));
        if (Zoom != 0)
            matrix = matrix.Then(ZoomBy(1 + (Symmetric(3) * Zoom)));
        if (Shear != 0)
            matrix = matrix.Then(Matrix2x3.Shear(Symmetric(4) * Shear, 0, width, height));
        if (Shift != 0)
            matrix = matrix.Then(Matrix2x3.Shift(Symmetric(5) * Shift * width, Symmetric(6) * Shift * height));
        return matrix;

        double Uniform(uint draw) => Philox4x32.Uniform(seed, (uint)epoch, (uint)record, draw);
        double Symmetric(uint draw) => (2 * Uniform(draw)) - 1;
        Matrix2x3 ZoomBy(double factor) => Matrix2x3.Zoom(factor, factor, width, height);
    }

    private Matrix2x3 Cut(RandomKey key, int sourceWidth, int sourceHeight, int width, int height)
    {
        if (Window)
            return Matrix2x3.Shift(-Math.Floor(Uniform(7) * (sourceWidth - width + 1)),
                -Math.Floor(Uniform(8) * (sourceHeight - height + 1)));
        if (CropArea == 1)
            return Matrix2x3.Resize(sourceWidth, sourceHeight, width, height);
        double cutWidth = sourceWidth, cutHeight = sourceHeight;
        for (uint attempt = 0; attempt < CropAttempts; attempt++)
        {
            double area = (CropArea + ((1 - CropArea) * Uniform(64 + (2 * attempt)))) * sourceWidth * sourceHeight;
            double ratio = Math.Exp(((2 * Uniform(65 + (2 * attempt))) - 1) * Math.Log(CropRatio));
            if (Math.Sqrt(area * ratio) > sourceWidth || Math.Sqrt(area / ratio) > sourceHeight)
                continue;
            (cutWidth, cutHeight) = (Math.Sqrt(area * ratio), Math.Sqrt(area / ratio));
            break;
        }

        // Where no attempt fits, the whole image is taken.
        double left = Uniform(7) * (sourceWidth - cutWidth), top = Uniform(8) * (sourceHeight - cutHeight);
        return Matrix2x3.Crop(left, top, cutWidth, cutHeight, width, height);

        double Uniform(uint draw) => Philox4x32.Uniform(key.Seed, (uint)key.Epoch, (uint)key.Record, draw);
    }

    private void Check(int sourceWidth, int sourceHeight, int width, int height)
    {
        if (Math.Min(Math.Min(sourceWidth, sourceHeight), Math.Min(width, height)) < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(width), $"{sourceWidth} x {sourceHeight} to {width} x {height}: every side must be at least 1.");
        }

        if (Window && (width > sourceWidth || height > sourceHeight))
            throw new ArgumentOutOfRangeException(
                nameof(width), $"A window of {width} x {height} does not fit into {sourceWidth} x {sourceHeight}.");
        if (Window && CropArea != 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Window), $"Window cuts without stretching and CropArea ({CropArea}) stretches: use one of them.");
        }

        if (!(CropArea is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(CropArea), CropArea, $"CropArea is {CropArea}; allowed is above 0 to 1.");
        if (!(CropRatio is >= 1 and <= 10))
            throw new ArgumentOutOfRangeException(nameof(CropRatio), CropRatio, $"CropRatio is {CropRatio}; allowed is 1 to 10.");
        Require(Rotation, double.MaxValue, nameof(Rotation));
        Require(Zoom, 1 - 1e-3, nameof(Zoom));
        Require(Shift, 1000, nameof(Shift));
        Require(Shear, 1000, nameof(Shear));
        Require(FlipHorizontal, 1, nameof(FlipHorizontal));
        Require(FlipVertical, 1, nameof(FlipVertical));
    }

    private static void Require(double value, double largest, string name)
    {
        if (!(value >= 0 && value <= largest))
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; allowed is 0 to {largest}.");
    }
}
