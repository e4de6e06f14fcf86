using ILGPU;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// The fused pass as ILGPU kernels: explicitly grouped, striding over (column, row, sample), no integer division anywhere.
/// </summary>
/// <remarks>
/// Coordinates are the 32.32 of the reference, so nearest samples are equal to it to the bit. Each kernel is compiled for the
/// types of its records and samples. Long because a kernel is written out as the device runs it.
/// </remarks>
internal static class WarpKernel
{
    /// <summary>
    /// Four columns per thread, one vector store: one channel, bilinear, any border but wrap, tones without gamma and noise,
    /// and an output whose width is a multiple of 4.
    /// </summary>
    public static void Four<TRecords, TQuads>(TRecords records, TQuads output, ArrayView<WarpSample> samples, WarpShape shape)
        where TRecords : struct, IRecordView
        where TQuads : struct, IQuadView
    {
        int columns = shape.OutputWidth >> 2;
        for (int index = Grid.IdxZ; index < samples.IntLength; index += Grid.DimZ)
        {
            WarpSample sample = samples[index];
            FixedMatrix m = sample.Matrix;
            long source = (long)sample.Record * shape.Width * shape.Height;
            for (int y = (Grid.IdxY * Group.DimY) + Group.IdxY; y < shape.OutputHeight; y += Grid.DimY * Group.DimY)
            {
                for (int column = (Grid.IdxX * Group.DimX) + Group.IdxX; column < columns; column += Grid.DimX * Group.DimX)
                {
                    int x = column << 2;
                    long sx = m.C + (x * m.A) + (y * m.B), sy = m.F + (x * m.D) + (y * m.E);
                    float v0 = Bilinear(records, source, 0, sx, sy, shape),
                        v1 = Bilinear(records, source, 0, sx + m.A, sy + m.D, shape);
                    float v2 = Bilinear(records, source, 0, sx + (2 * m.A), sy + (2 * m.D), shape);
                    float v3 = Bilinear(records, source, 0, sx + (3 * m.A), sy + (3 * m.D), shape);
                    output.Store(
                        ((((long)index * shape.OutputHeight) + y) * columns) + column,
                        (v0 * sample.Scale0) + sample.Offset0, (v1 * sample.Scale0) + sample.Offset0,
                        (v2 * sample.Scale0) + sample.Offset0, (v3 * sample.Scale0) + sample.Offset0);
                }
            }
        }
    }

    /// <summary>One pixel per thread: everything that the pass can do.</summary>
    public static void One<TRecords, TSamples>(TRecords records, TSamples output, ArrayView<WarpSample> samples, WarpShape shape)
        where TRecords : struct, IRecordView
        where TSamples : struct, ISampleView
    {
        for (int index = Grid.IdxZ; index < samples.IntLength; index += Grid.DimZ)
        {
            WarpSample sample = samples[index];
            FixedMatrix m = sample.Matrix;
            long source = (long)sample.Record * shape.Width * shape.Height * shape.Channels;
            for (int y = (Grid.IdxY * Group.DimY) + Group.IdxY; y < shape.OutputHeight; y += Grid.DimY * Group.DimY)
            {
                for (int x = (Grid.IdxX * Group.DimX) + Group.IdxX; x < shape.OutputWidth; x += Grid.DimX * Group.DimX)
                {
                    long sx = m.C + (x * m.A) + (y * m.B), sy = m.F + (x * m.D) + (y * m.E);
                    int pixel = (y * shape.OutputWidth) + x;
                    long at = (index * shape.SampleStep) + (pixel * (long)shape.PixelStep);
                    float level = 0, normal = 0;
                    for (int c = 0; c < shape.OutputChannels; c++)
                    {
                        if (c < shape.Channels)
                        {
                            level = Level(records, source, c, sx, sy, shape);
                            if (sample.Gamma != 1)
                                level = ToneMaths.Gamma(level, shape.White, sample.Gamma);
                            if (sample.Noise0 != 0)
                                normal = ToneMaths.Normal(sample.Epoch, sample.NoiseRecord, (uint)c, (uint)pixel, sample.Seed0,
                                    sample.Seed1);
                        }

                        float scale = c == 0 ? sample.Scale0 : c == 1 ? sample.Scale1 : sample.Scale2;
                        float offset = c == 0 ? sample.Offset0 : c == 1 ? sample.Offset1 : sample.Offset2;
                        float noise = c == 0 ? sample.Noise0 : c == 1 ? sample.Noise1 : sample.Noise2;
                        output.Store(at + (c * shape.ChannelStep), (level * scale) + offset + (normal * noise));
                    }
                }
            }
        }
    }

    /// <summary>One label per thread: masks move with nearest.</summary>
    public static void Masks(ArrayView<byte> masks, ArrayView<byte> output, ArrayView<WarpSample> samples, WarpShape shape)
    {
        for (int index = Grid.IdxZ; index < samples.IntLength; index += Grid.DimZ)
        {
            WarpSample sample = samples[index];
            FixedMatrix m = sample.Matrix;
            long source = (long)sample.Record * shape.Width * shape.Height;
            for (int y = (Grid.IdxY * Group.DimY) + Group.IdxY; y < shape.OutputHeight; y += Grid.DimY * Group.DimY)
            {
                for (int x = (Grid.IdxX * Group.DimX) + Group.IdxX; x < shape.OutputWidth; x += Grid.DimX * Group.DimX)
                {
                    int column = Rounded(m.C + (x * m.A) + (y * m.B)), row = Rounded(m.F + (x * m.D) + (y * m.E));
                    bool outside = column < 0 || row < 0 || column >= shape.Width || row >= shape.Height;
                    byte label = masks[source + (Row(row, shape) * (long)shape.Width) + Column(column, shape)];
                    output[((((long)index * shape.OutputHeight) + y) * shape.OutputWidth) + x] =
                        outside && shape.Border == (int)Border.Constant ? (byte)shape.Fill0 : label;
                }
            }
        }
    }

    private static float Level<TRecords>(TRecords records, long source, int channel, long sx, long sy, WarpShape shape)
        where TRecords : struct, IRecordView
    {
        if (shape.Nearest != 0)
        {
            int x = Rounded(sx), y = Rounded(sy);
            return Tap(records, source, channel, x, y, Column(x, shape), Row(y, shape), shape);
        }

        if (shape.Border == (int)Border.Wrap)
        {
            sx = Wrap(sx, shape.Width);
            sy = Wrap(sy, shape.Height);
        }

        return Bilinear(records, source, channel, sx, sy, shape);
    }

    private static float Bilinear<TRecords>(TRecords records, long source, int channel, long sx, long sy, WarpShape shape)
        where TRecords : struct, IRecordView
    {
        int x = (int)(sx >> 32), y = (int)(sy >> 32);
        int left = Column(x, shape), right = Column(x + 1, shape), upper = Row(y, shape), lower = Row(y + 1, shape);
        float fx = (uint)sx * (1f / (1L << 32)), fy = (uint)sy * (1f / (1L << 32));
        float top = Blend(
            Tap(records, source, channel, x, y, left, upper, shape), Tap(records, source, channel, x + 1, y, right, upper, shape),
            fx);
        float bottom = Blend(
            Tap(records, source, channel, x, y + 1, left, lower, shape),
            Tap(records, source, channel, x + 1, y + 1, right, lower, shape), fx);
        return Blend(top, bottom, fy);
    }

    private static float Blend(float a, float b, float weight) => a + ((b - a) * weight);

    /// <summary>The pixel at (column, row), or the constant where (x, y) lies outside and that is the border.</summary>
    private static float Tap<TRecords>(
        TRecords records, long source, int channel, int x, int y, int column, int row, WarpShape shape)
        where TRecords : struct, IRecordView
    {
        float value = records.Load(source + (((row * shape.Width) + column) * (long)shape.Channels) + channel);
        bool outside = x < 0 || y < 0 || x >= shape.Width || y >= shape.Height;
        float fill = channel == 0 ? shape.Fill0 : channel == 1 ? shape.Fill1 : shape.Fill2;
        return outside && shape.Border == (int)Border.Constant ? fill : value;
    }

    private static int Rounded(long coordinate) => (int)((coordinate + (1L << 31)) >> 32);

    private static int Column(int x, WarpShape shape) =>
        Index(x, shape.Width, shape.Border, shape.PeriodX, shape.FoldX, shape.PerPeriodX);

    private static int Row(int y, WarpShape shape) =>
        Index(y, shape.Height, shape.Border, shape.PeriodY, shape.FoldY, shape.PerPeriodY);

    /// <summary>
    /// <see cref="BorderMap.Index"/> without division, always inside; |index| is at most 2^20, so the float quotient is at most
    /// one off.
    /// </summary>
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
