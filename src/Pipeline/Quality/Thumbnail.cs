using System.Runtime.CompilerServices;

namespace ChestXray.Pipeline.Quality;

/// <summary>Box means of a square record: small pictures that keep what re-encoding, resizing and exposure leave alone.</summary>
internal static class Thumbnail
{
    /// <summary>Divides a picture into cells x cells boxes and takes the mean of each.</summary>
    /// <param name="pixels">side x side bytes.</param>
    /// <param name="side">
    /// At least 1; boxes overlap by a pixel where it is no multiple of <paramref name="cells"/>, or repeat where it is smaller.
    /// </param>
    /// <param name="means">cells x cells values, 0 to 255.</param>
    /// <param name="cells">Boxes a side.</param>
    public static void Shrink(ReadOnlySpan<byte> pixels, int side, Span<float> means, int cells)
    {
        Span<int> sums = stackalloc int[cells];
        for (int row = 0; row < cells; row++)
        {
            (int top, int bottom) = Box(row, side, cells);
            sums.Clear();
            for (int y = top; y < bottom; y++)
                AddRow(pixels.Slice(y * side, side), sums, side, cells);
            for (int column = 0; column < cells; column++)
            {
                (int left, int right) = Box(column, side, cells);
                means[(row * cells) + column] = sums[column] / (float)((right - left) * (bottom - top));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow(ReadOnlySpan<byte> pixels, Span<int> sums, int side, int cells)
    {
        for (int column = 0; column < cells; column++)
        {
            (int left, int right) = Box(column, side, cells);
            int sum = 0;
            for (int x = left; x < right; x++)
                sum += pixels[x];
            sums[column] += sum;
        }
    }

    private static (int From, int To) Box(int cell, int side, int cells)
    {
        int from = cell * side / cells;
        return (from, Math.Max(from + 1, ((cell + 1) * side + cells - 1) / cells));
    }

    /// <summary>Brings values to mean 0 and length 1; all zero where they are all equal.</summary>
    public static void Normalise(Span<float> values)
    {
        double sum = 0, squares = 0;
        foreach (float value in values)
            sum += value;
        float mean = (float)(sum / values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] -= mean;
            squares += (double)values[i] * values[i];
        }

        float scale = squares < 1e-6 ? 0 : (float)(1 / Math.Sqrt(squares));
        for (int i = 0; i < values.Length; i++)
            values[i] *= scale;
    }

    /// <summary>
    /// Takes away what changes slowly: the mean of the (2 radius + 1) squared neighbourhood, cut off at the edges.
    /// </summary>
    /// <param name="picture">side x side values; replaced.</param>
    /// <param name="side">Its side.</param>
    /// <param name="radius">At least 1.</param>
    /// <param name="scratch">As long as the picture.</param>
    public static void Sharpen(Span<float> picture, int side, int radius, Span<float> scratch)
    {
        for (int y = 0; y < side; y++)
            BoxMeans(picture.Slice(y * side, side), scratch.Slice(y * side, side), radius);
        Span<float> column = stackalloc float[side], means = stackalloc float[side];
        for (int x = 0; x < side; x++)
        {
            for (int y = 0; y < side; y++)
                column[y] = scratch[(y * side) + x];
            BoxMeans(column, means, radius);
            for (int y = 0; y < side; y++)
                picture[(y * side) + x] -= means[y];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BoxMeans(ReadOnlySpan<float> values, Span<float> means, int radius)
    {
        for (int i = 0; i < values.Length; i++)
        {
            int from = Math.Max(0, i - radius), to = Math.Min(values.Length - 1, i + radius);
            float sum = 0;
            for (int k = from; k <= to; k++)
                sum += values[k];
            means[i] = sum / (to - from + 1);
        }
    }
}
