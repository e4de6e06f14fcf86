namespace ChestXray.Pipeline.Decoding;

/// <summary>The seven passes of an interlaced PNG: each is a small image whose pixels lie on a grid of the whole.</summary>
internal static class Adam7
{
    public const int Passes = 7;

    private static ReadOnlySpan<byte> X0 => [0, 4, 0, 2, 0, 1, 0];

    private static ReadOnlySpan<byte> Y0 => [0, 0, 4, 0, 2, 0, 1];

    private static ReadOnlySpan<byte> StepX => [8, 8, 4, 4, 2, 2, 1];

    private static ReadOnlySpan<byte> StepY => [8, 8, 8, 4, 4, 2, 2];

    public static int Width(int pass, int width) => (width - X0[pass] + StepX[pass] - 1) / StepX[pass];

    public static int Height(int pass, int height) => (height - Y0[pass] + StepY[pass] - 1) / StepY[pass];

    /// <summary>Bytes of all passes' rows with their filter bytes; passes without pixels have no rows.</summary>
    public static long FilteredBytes(PngHeader header)
    {
        long bytes = 0;
        for (int pass = 0; pass < Passes; pass++)
        {
            int width = Width(pass, (int)header.Width);
            if (width > 0)
                bytes += Height(pass, (int)header.Height) * (1 + header.RowBytes(width));
        }

        return bytes;
    }

    /// <summary>Puts one row of a pass where it belongs.</summary>
    /// <param name="pass">The pass, 0 to 6.</param>
    /// <param name="row">The row inside the pass.</param>
    /// <param name="grey">The pass row's grey pixels.</param>
    /// <param name="image">The whole image.</param>
    /// <param name="imageWidth">The whole image's width.</param>
    public static void Scatter(int pass, int row, ReadOnlySpan<byte> grey, Span<byte> image, int imageWidth)
    {
        int start = ((Y0[pass] + (row * StepY[pass])) * imageWidth) + X0[pass];
        int step = StepX[pass];
        for (int x = 0; x < grey.Length; x++)
            image[start + (x * step)] = grey[x];
    }
}
