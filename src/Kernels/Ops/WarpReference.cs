namespace ChestXray.Kernels.Ops;

/// <summary>
/// The specification of the fused pass: one sample, pixel by pixel, in float64. Written to be read, not to be fast.
/// </summary>
internal static class WarpReference
{
    /// <summary>A whole sample as it is delivered: every channel of it, its tone, its layout.</summary>
    public static double[] Sample<T>(AugmenterOptions options, ReadOnlySpan<T> record, in Matrix2x3 matrix, in Tone tone)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        AugmenterOptions o = Runtime.WarpChecks.Complete(options);
        int pixels = o.OutputWidth * o.OutputHeight;
        double[] sample = new double[pixels * o.OutputChannels], plane = new double[pixels];
        T[] channel = new T[o.SourceWidth * o.SourceHeight];
        float white = ElementKinds.White(o, ElementKinds.Record<T>());
        for (int c = 0; c < o.OutputChannels; c++)
        {
            int from = o.Channels == 1 ? 0 : c;
            for (int i = 0; i < channel.Length; i++)
                channel[i] = record[(i * o.Channels) + from];
            Run<T>(channel, o.SourceWidth, o.SourceHeight, matrix, o.Border, o.Interpolation, o.Fill[from], 0, 1, plane,
                o.OutputWidth, o.OutputHeight);
            for (int i = 0; i < pixels; i++)
            {
                int at = o.Layout == ChannelLayout.Nchw ? (c * pixels) + i : (i * o.OutputChannels) + c;
                sample[at] = ToneReference.Apply(plane[i], tone, white, o.Mean[c], o.Deviation[c], from, i);
            }
        }

        return sample;
    }

    /// <summary>Resamples a record of height x width through a matrix and standardises: (value - mean) / deviation.</summary>
    public static void Run<T>(
        ReadOnlySpan<T> source, int width, int height, in Matrix2x3 matrix, Border border, Interpolation interpolation,
        double fill,
        double mean, double deviation, Span<double> output, int outputWidth, int outputHeight)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        FixedMatrix m = FixedMatrix.From(matrix);
        for (int y = 0; y < outputHeight; y++)
        {
            for (int x = 0; x < outputWidth; x++)
            {
                long sx = (x * m.A) + (y * m.B) + m.C, sy = (x * m.D) + (y * m.E) + m.F;
                double value = interpolation == Interpolation.Nearest
                    ? Tap(source, width, height, Half(sx), Half(sy), border, fill)
                    : Bilinear(source, width, height, sx, sy, border, fill);
                output[(y * outputWidth) + x] = (value - mean) / deviation;
            }
        }
    }

    private static double Bilinear<T>(ReadOnlySpan<T> source, int width, int height, long sx, long sy, Border border, double fill)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        if (border == Border.Wrap)
            (sx, sy) = (BorderMap.Wrap(sx, width), BorderMap.Wrap(sy, height));
        int x = (int)(sx >> 32), y = (int)(sy >> 32);
        double fx = (uint)sx * (1.0 / (1L << 32)), fy = (uint)sy * (1.0 / (1L << 32));
        double top = ((1 - fx) * Tap(source, width, height, x, y, border, fill))
            + (fx * Tap(source, width, height, x + 1, y, border, fill));
        double bottom = ((1 - fx) * Tap(source, width, height, x, y + 1, border, fill))
            + (fx * Tap(source, width, height, x + 1, y + 1, border, fill));
        return ((1 - fy) * top) + (fy * bottom);
    }

    private static double Tap<T>(ReadOnlySpan<T> source, int width, int height, int x, int y, Border border, double fill)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        int column = BorderMap.Index(x, width, border), row = BorderMap.Index(y, height, border);
        return column < 0 || row < 0 ? fill : double.CreateTruncating(source[(row * width) + column]);
    }

    private static int Half(long coordinate) => (int)((coordinate + (1L << 31)) >> 32);
}
