using ILGPU;

namespace ChestXray.Kernels.Ops;

/// <summary>The fused pass as ILGPU kernels: explicitly grouped, striding over (column, row, sample), no integer division anywhere.</summary>
/// <remarks>Coordinates are the 32.32 of the reference, so nearest samples are equal to it to the bit.</remarks>
internal static class WarpKernel
{
    /// <summary>
    /// Four columns per thread, one vector store: bilinear, any border but wrap, and an output whose width is a multiple of 4.
    /// </summary>
    public static void Four(
        ArrayView<byte> records, ArrayView<int> numbers, ArrayView<FixedMatrix> matrices, ArrayView<Float4> output, WarpShape shape)
    {
        int columns = shape.OutputWidth >> 2;
        for (int sample = Grid.IdxZ; sample < numbers.IntLength; sample += Grid.DimZ)
        {
            FixedMatrix m = matrices[sample];
            long source = (long)numbers[sample] * shape.Width * shape.Height;
            for (int y = (Grid.IdxY * Group.DimY) + Group.IdxY; y < shape.OutputHeight; y += Grid.DimY * Group.DimY)
            {
                for (int column = (Grid.IdxX * Group.DimX) + Group.IdxX; column < columns; column += Grid.DimX * Group.DimX)
                {
                    int x = column << 2;
                    long sx = m.C + (x * m.A) + (y * m.B), sy = m.F + (x * m.D) + (y * m.E);
                    Float4 four = default;
                    four.X = Bilinear(records, source, sx, sy, shape);
                    four.Y = Bilinear(records, source, sx + m.A, sy + m.D, shape);
                    four.Z = Bilinear(records, source, sx + (2 * m.A), sy + (2 * m.D), shape);
                    four.W = Bilinear(records, source, sx + (3 * m.A), sy + (3 * m.D), shape);
                    output[((((long)sample * shape.OutputHeight) + y) * columns) + column] = four;
                }
            }
        }
    }

    /// <summary>One column per thread: any width, border and interpolation.</summary>
    public static void One(
        ArrayView<byte> records, ArrayView<int> numbers, ArrayView<FixedMatrix> matrices, ArrayView<float> output, WarpShape shape)
    {
        for (int sample = Grid.IdxZ; sample < numbers.IntLength; sample += Grid.DimZ)
        {
            FixedMatrix m = matrices[sample];
            long source = (long)numbers[sample] * shape.Width * shape.Height;
            for (int y = (Grid.IdxY * Group.DimY) + Group.IdxY; y < shape.OutputHeight; y += Grid.DimY * Group.DimY)
            {
                for (int x = (Grid.IdxX * Group.DimX) + Group.IdxX; x < shape.OutputWidth; x += Grid.DimX * Group.DimX)
                {
                    long sx = m.C + (x * m.A) + (y * m.B), sy = m.F + (x * m.D) + (y * m.E);
                    output[((((long)sample * shape.OutputHeight) + y) * shape.OutputWidth) + x] = Pixel(records, source, sx, sy, shape);
                }
            }
        }
    }

    private static float Pixel(ArrayView<byte> records, long source, long sx, long sy, WarpShape shape)
    {
        if (shape.Nearest != 0)
        {
            int x = (int)((sx + (1L << 31)) >> 32), y = (int)((sy + (1L << 31)) >> 32);
            float value = Tap(records, source, x, y, Column(x, shape), Row(y, shape) * shape.Width, shape);
            return (value * shape.Scale) + shape.Offset;
        }

        if (shape.Border == (int)Border.Wrap)
        {
            sx = Wrap(sx, shape.Width);
            sy = Wrap(sy, shape.Height);
        }

        return Bilinear(records, source, sx, sy, shape);
    }

    private static float Bilinear(ArrayView<byte> records, long source, long sx, long sy, WarpShape shape)
    {
        int x = (int)(sx >> 32), y = (int)(sy >> 32);
        int left = Column(x, shape), right = Column(x + 1, shape);
        int upper = Row(y, shape) * shape.Width, lower = Row(y + 1, shape) * shape.Width;
        float fx = (uint)sx * (1f / (1L << 32)), fy = (uint)sy * (1f / (1L << 32));
        float top = Blend(Tap(records, source, x, y, left, upper, shape), Tap(records, source, x + 1, y, right, upper, shape), fx);
        float bottom = Blend(
            Tap(records, source, x, y + 1, left, lower, shape), Tap(records, source, x + 1, y + 1, right, lower, shape), fx);
        return (Blend(top, bottom, fy) * shape.Scale) + shape.Offset;
    }

    private static float Blend(float a, float b, float weight) => a + ((b - a) * weight);

    /// <summary>The pixel at (column, row start), or the constant where (x, y) lies outside and that is the border.</summary>
    private static float Tap(ArrayView<byte> records, long source, int x, int y, int column, int row, WarpShape shape)
    {
        float value = records[source + row + column];
        bool outside = x < 0 || y < 0 || x >= shape.Width || y >= shape.Height;
        return outside && shape.Border == (int)Border.Constant ? shape.Fill : value;
    }

    private static int Column(int x, WarpShape shape) => Index(x, shape.Width, shape.Border, shape.PeriodX, shape.FoldX, shape.PerPeriodX);

    private static int Row(int y, WarpShape shape) => Index(y, shape.Height, shape.Border, shape.PeriodY, shape.FoldY, shape.PerPeriodY);

    /// <summary><see cref="BorderMap.Index"/> without division, always inside; |index| is at most 2^20, so the float quotient is at most one off.</summary>
    private static int Index(int index, int length, int border, int period, int fold, float perPeriod)
    {
        if (index >= 0 && index < length)
            return index;
        if (border == (int)Border.Nearest || border == (int)Border.Constant)
            return index < 0 ? 0 : length - 1;
        int rest = index - ((int)MathF.Floor(index * perPeriod) * period);
        rest = rest < 0 ? rest + period : rest;
        rest = rest >= period ? rest - period : rest;
        return rest < length ? rest : fold - rest;
    }

    /// <summary><see cref="BorderMap.Wrap"/> without division: a double quotient, put right by its remainder.</summary>
    private static long Wrap(long coordinate, int length)
    {
        long last = (long)(length - 1) << 32, period = (long)length << 32;
        if (last == 0)
            return 0;
        if (coordinate < 0)
            coordinate += period * (Quotient(-coordinate, last) + 1);
        else if (coordinate > last)
            coordinate -= period * Quotient(coordinate, last);
        return coordinate < 0 ? 0 : coordinate > last ? last : coordinate;
    }

    private static long Quotient(long value, long by)
    {
        long quotient = (long)(value * (1.0 / by)), rest = value - (quotient * by);
        return rest < 0 ? quotient - 1 : rest >= by ? quotient + 1 : quotient;
    }
}
