namespace ChestXray.Kernels;

/// <summary>Ranges from which every sample's matrix is drawn; the default draws the identity.</summary>
/// <remarks>
/// A draw is a pure function of (seed; epoch, record): the same on any thread, device and batch size. The order is flips, rotation,
/// zoom, shear, shift, composed into one matrix. Immutable and thread-safe.
/// </remarks>
public sealed record RandomGeometry
{
    /// <summary>Largest angle: uniform in [-Rotation, Rotation) radians. Keras' RandomRotation(f) is 2 pi f.</summary>
    public double Rotation { get; init; }

    /// <summary>Largest zoom: one factor for both axes, uniform in [1 - Zoom, 1 + Zoom). Below 1. Keras' RandomZoom(f) is f.</summary>
    public double Zoom { get; init; }

    /// <summary>Largest shift of each axis as a share of its length, uniform in [-Shift, Shift).</summary>
    public double Shift { get; init; }

    /// <summary>Largest horizontal shear, columns per row, uniform in [-Shear, Shear).</summary>
    public double Shear { get; init; }

    /// <summary>Probability of a horizontal flip, from 0 to 1.</summary>
    public double FlipHorizontal { get; init; }

    /// <summary>Probability of a vertical flip, from 0 to 1.</summary>
    public double FlipVertical { get; init; }

    /// <summary>The matrix of one record in one epoch, for an output of the record's own size.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="record">The record's number.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    /// <exception cref="ArgumentOutOfRangeException">A range of this instance is outside what its property allows.</exception>
    public Matrix2x3 Draw(ulong seed, int epoch, int record, int width, int height)
    {
        Check();
        Matrix2x3 matrix = Matrix2x3.Identity;
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

    private void Check()
    {
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
