namespace ChestXray.Kernels.Ops;

/// <summary>
/// A sample's matrix in 32.32 fixed point: the coordinates that the reference, the SIMD bodies and the kernels all share.
/// </summary>
/// <remarks>
/// Output (x, y) reads (x * A + y * B + C, x * D + y * E + F), exact in 64 bits. The rounding of the entries to 2^-33 moves a
/// coordinate by at most 2^-33 * (width + height + 1) pixels, and makes quarter turns and flips exact.
/// </remarks>
internal readonly record struct FixedMatrix(long A, long B, long C, long D, long E, long F)
{
    /// <summary>
    /// The farthest coordinate that a matrix may reach, in pixels: 32.32 stays clear of overflow and exact in a double.
    /// </summary>
    public const double Farthest = 1 << 20;

    private const double One = 1L << 32;

    public static FixedMatrix From(in Matrix2x3 matrix) => new(
        Round(matrix.A), Round(matrix.B), Round(matrix.C), Round(matrix.D), Round(matrix.E), Round(matrix.F));

    /// <summary>Whether every pixel of the output stays within <see cref="Farthest"/>; NaN does not.</summary>
    public static bool Holds(in Matrix2x3 matrix, int width, int height)
    {
        double x = Math.Abs(matrix.C) + (Math.Abs(matrix.A) * width) + (Math.Abs(matrix.B) * height);
        double y = Math.Abs(matrix.F) + (Math.Abs(matrix.D) * width) + (Math.Abs(matrix.E) * height);
        return x < Farthest && y < Farthest;
    }

    private static long Round(double value) => (long)Math.Round(value * One, MidpointRounding.ToEven);
}
