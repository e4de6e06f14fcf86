namespace ChestXray.Kernels.Ops;

/// <summary>
/// The part of the (endless, bordered) source that one sample touches, and its coordinates relative to that box in 32-bit fixed
/// point.
/// </summary>
/// <param name="Left">Source column of the box's first column; may be negative.</param>
/// <param name="Top">Source row of the box's first row; may be negative.</param>
/// <param name="Width">Columns: every tap x and x + 1 of the sample lies inside.</param>
/// <param name="Height">Rows in which a tap starts; the row below each is stored beside it.</param>
internal readonly record struct BoxPlan(int Left, int Top, int Width, int Height)
{
    /// <summary>Bits behind the point of a coordinate in the box.</summary>
    public const int Bits = 21;

    /// <summary>The longest side of a box: 11 bits before the point.</summary>
    public const int LongestSide = (1 << (32 - Bits)) - 1;

    /// <summary>Bytes before the first column of each row that vectors may write over.</summary>
    public const int Margin = 64;

    /// <summary>
    /// Bytes from one stored row to the next: two per column and a margin, which ends one row and begins the next.
    /// </summary>
    public int Stride => ((Width * 2) + Margin + 63) & ~63;

    /// <summary>
    /// What the largest box of a sample of this size takes. Address space only: pages that no sample touches cost nothing.
    /// </summary>
    public static long MostBytes(int outputWidth, int outputHeight) =>
        (2 * Math.Min(MostArea(outputWidth, outputHeight), (long)LongestSide * LongestSide)) + ((Margin + 64L) * LongestSide) +
            (2 * Margin);

    /// <summary>The box of a sample; false where it would be too large to be worth copying.</summary>
    public static bool TryMake(in FixedMatrix m, int outputWidth, int outputHeight, out BoxPlan plan)
    {
        // An affine map takes its extremes at the corners; the margins take up the rounding to 32 bits.
        long right = (outputWidth - 1) * m.A, down = (outputHeight - 1) * m.B;
        long minX = m.C + Math.Min(right, 0) + Math.Min(down, 0), maxX = m.C + Math.Max(right, 0) + Math.Max(down, 0);
        right = (outputWidth - 1) * m.D;
        down = (outputHeight - 1) * m.E;
        long minY = m.F + Math.Min(right, 0) + Math.Min(down, 0), maxY = m.F + Math.Max(right, 0) + Math.Max(down, 0);

        int left = (int)(minX >> 32) - 1, top = (int)(minY >> 32) - 1;
        int width = (int)(maxX >> 32) + 4 - left, height = (int)(maxY >> 32) + 3 - top;
        plan = new BoxPlan(left, top, width, height);
        return Math.Max(width, height) <= LongestSide && (long)width * height <= MostArea(outputWidth, outputHeight);
    }

    private static long MostArea(int outputWidth, int outputHeight) => (8L * outputWidth * outputHeight) + 4096;
}
