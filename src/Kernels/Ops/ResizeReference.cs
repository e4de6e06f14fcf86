namespace ChestXray.Kernels.Ops;

/// <summary>
/// The specification of <see cref="Resize"/> in float64: every output pixel by itself, its weights made where they are used.
/// </summary>
internal static class ResizeReference
{
    /// <summary>The value of one output pixel and channel.</summary>
    public static double Pixel(
        ReadOnlySpan<byte> source, int height, int width, int channels, int outputHeight, int outputWidth, int y, int x, int c,
        bool antialias)
    {
        double sum = 0, weights = 0;
        for (int row = 0; row < height; row++)
        {
            double down = Weight(row, y, height, outputHeight, antialias);
            for (int column = 0; down > 0 && column < width; column++)
            {
                double weight = down * Weight(column, x, width, outputWidth, antialias);
                sum += weight * source[(((row * width) + column) * channels) + c];
                weights += weight;
            }
        }

        return sum / weights;
    }

    /// <summary>
    /// The triangle about an output pixel's centre; as wide as an output pixel where that is asked for and wider than a source
    /// pixel.
    /// </summary>
    private static double Weight(int index, int output, int length, int outputLength, bool antialias)
    {
        double scale = (double)length / outputLength, radius = antialias
            ? Math.Max(scale, 1) : 1, centre = (output + 0.5) * scale;
        if (!antialias)
            centre = Math.Clamp(centre, 0.5, length - 0.5);
        return Math.Max(0, 1 - (Math.Abs(index + 0.5 - centre) / radius));
    }
}
