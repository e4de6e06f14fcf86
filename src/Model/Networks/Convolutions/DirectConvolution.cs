namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// The convolution of images with one channel, tap by tap: with nothing to sum over channels the frequency domain gains
/// nothing. Two by two outputs share some of the products, see <see cref="TapPlanes"/>.
/// </summary>
/// <remarks>
/// Image ranges are dealt to the threads by their number alone, so that equal inputs and thread counts give equal bits.
/// </remarks>
internal sealed unsafe class DirectConvolution<T> : IPooledConvolution where T : struct, ILanes<T>
{
    private const int Kernel = ConvolutionShape.Kernel, Taps = Kernel * Kernel, AllTaps = TapPlanes.Taps * TapPlanes.Taps;
    private const int Block = 12, SlopeBlock = 32, SlopeKinds = TapPlanes.Kinds * TapPlanes.Kinds;
    private readonly int _outputs;
    private readonly NativeFloats _kernels;
    private readonly NativeFloats[] _gradients;
    private readonly NativeFloats[] _rows;
    private readonly TapPlanes[] _planes;
    private readonly ChannelSums[] _sums;

    /// <param name="outputs">Channels, a multiple of the lanes.</param>
    /// <param name="threads">Threads, from 1.</param>
    public DirectConvolution(int outputs, int threads)
    {
        _outputs = outputs;
        _kernels = new((AllTaps + Taps) * outputs);
        _gradients = new NativeFloats[threads];
        _rows = new NativeFloats[threads];
        _planes = new TapPlanes[threads];
        _sums = new ChannelSums[threads];
        for (int i = 0; i < threads; i++)
        {
            _gradients[i] = new((AllTaps + 1) * outputs);
            _rows[i] = new(int.Max(TapPlanes.Kinds * Block, SlopeKinds * SlopeBlock) * T.Count);
            _planes[i] = new();
            _sums[i] = new(outputs);
        }
    }

    /// <exception cref="ArgumentException">Fewer than 6 pooled columns, or pixels that are to be scaled.</exception>
    public void Forward(
        in ConvolutionShape shape, in ConvolutionInput x, float* weight, float* bias, float* values, byte* places,
        double* sums = null)
    {
        ConvolutionShape s = shape;
        float* pixels = Unscaled(x);
        if (s.PooledWidth < Block / 2)
            throw new ArgumentException($"Images {s.Width} wide: at least {Block + Kernel - 1} are needed.", nameof(shape));
        float* turned = _kernels.At + AllTaps * _outputs;
        for (int output = 0; output < _outputs; output++)
        {
            for (int tap = 0; tap < Taps; tap++)
                turned[tap * _outputs + output] = weight[output * Taps + tap];
        }

        bool takesSums = sums is not null;
        TapPlanes.Spread(turned, _outputs, _kernels.At);
        Threads.Run(_planes.Length, part =>
        {
            _sums[part].Clear();
            ForEachRow(s, pixels, part, row =>
                ForwardRow(s, row, _planes[part], bias, values, places, _rows[part].At, takesSums ? _sums[part] : null));
        });
        if (sums is null)
            return;
        new Span<double>(sums, 2 * _outputs).Clear();
        foreach (ChannelSums part in _sums)
            part.AddTo(sums);
    }

    /// <exception cref="NotSupportedException">The images' gradient is asked for.</exception>
    public void Backward(
        in ConvolutionShape shape, in ConvolutionInput x, float* weight, in PooledSlope slope, float* dx, float* dWeight,
        float* dBias,
        double* sums = null)
    {
        if (dx is not null || sums is not null)
            throw new NotSupportedException("A gradient with respect to the images of the first layer: nothing trains them.");
        ConvolutionShape s = shape;
        float* pixels = Unscaled(x);
        PooledSlope gradient = slope;
        Threads.Run(_planes.Length, part =>
        {
            NativeFloats mine = _gradients[part];
            new Span<float>(mine.At, (int)mine.Length).Clear();
            ForEachRow(s, pixels, part, row => BackwardRow(s, row, _planes[part], gradient, mine.At, _rows[part].At));
        });
        float* turned = _kernels.At + AllTaps * _outputs;
        new Span<float>(turned, Taps * _outputs).Clear();
        foreach (NativeFloats part in _gradients)
            TapPlanes.Gather(part.At, _outputs, turned);
        for (int output = 0; output < _outputs; output++)
        {
            for (int tap = 0; tap < Taps; tap++)
                dWeight[output * Taps + tap] += turned[tap * _outputs + output];
            foreach (NativeFloats part in _gradients)
                dBias[output] += part.At[AllTaps * _outputs + output];
        }
    }

    public void Dispose()
    {
        _kernels.Dispose();
        foreach (NativeFloats memory in _gradients)
            memory.Dispose();
        foreach (NativeFloats memory in _rows)
            memory.Dispose();
        foreach (TapPlanes planes in _planes)
            planes.Dispose();
        foreach (ChannelSums sums in _sums)
            sums.Dispose();
    }

    private static float* Unscaled(in ConvolutionInput x) =>
        x.Scale is null ? x.Pixels : throw new ArgumentException(
            "Images of one channel are taken as they are: no batch norm comes before them.");

    /// <summary>A thread's share of the pooled rows of all images, each image's pixels taken apart first.</summary>
    private void ForEachRow(in ConvolutionShape s, float* pixels, int part, Action<int> work)
    {
        (int row, int last) = Threads.Share(s.Images * s.PooledHeight, part, _planes.Length);
        while (row < last)
        {
            int image = row / s.PooledHeight, before = image * s.PooledHeight, end = int.Min(last, before + s.PooledHeight);
            _planes[part].Fill(s, pixels + image * s.ImageLength, row - before, end - before);
            for (; row < end; row++)
                work(row);
        }
    }

    private void ForwardRow(
        in ConvolutionShape s, int row, TapPlanes planes, float* bias, float* values, byte* places, float* sums,
        ChannelSums? total)
    {
        float* image = planes.At(row % s.PooledHeight), first = sums + Block * T.Count, second = first + Block * T.Count;
        long to = (long)row * s.PooledWidth * _outputs;
        for (int output = 0; output < _outputs; output += T.Count)
        {
            T shift = T.Load(bias + output);
            for (int block = 0; block < s.PooledWidth; block += Block / 2)
            {
                // The last block steps back and writes some columns again.
                int column = int.Min(block, s.PooledWidth - Block / 2);
                float* taps = _kernels.At + output;
                for (int kind = 0; kind < TapPlanes.Kinds; kind++)
                {
                    int rows = TapPlanes.TapsOf(kind);
                    DirectRows<T>.Twelve(
                        image + kind * planes.KindStride + column, planes.RowStride, planes.Length, rows, taps, _outputs,
                        sums + kind * Block * T.Count);
                    taps += rows * TapPlanes.Taps * _outputs;
                }

                for (int i = 0; i < Block / 2; i++)
                {
                    int a = 2 * i * T.Count, b = a + T.Count;
                    long at = to + (long)(column + i) * _outputs + output;
                    T even = T.Load(sums + a), odd = T.Load(sums + b);
                    T.Pool(even + T.Load(first + a), odd + T.Load(first + b), even + T.Load(second + a), odd + T.Load(second + b),
                        shift, values + at, places + at);
                }
            }

            total?.Add<T>(output, values + to + output, values + to + output, _outputs, s.PooledWidth);
        }
    }

    private void BackwardRow(
        in ConvolutionShape s, int row, TapPlanes planes, in PooledSlope slope, float* gradient, float* slopes)
    {
        nint next = SlopeBlock * T.Count, line = TapPlanes.Taps * _outputs;
        for (int output = 0; output < _outputs; output += T.Count)
        {
            for (int column = 0; column < s.PooledWidth; column += SlopeBlock)
            {
                int count = int.Min(SlopeBlock, s.PooledWidth - column);
                SpreadSlope(s, row, column, count, slope, output, gradient + AllTaps * _outputs + output, slopes);
                float* taps = gradient + output;
                for (int kind = 0; kind < TapPlanes.Kinds; kind++)
                {
                    float* image = planes.At(row % s.PooledHeight) + kind * planes.KindStride + column;
                    float* mine = slopes + kind * TapPlanes.Kinds * next;
                    for (int tap = 0; tap < TapPlanes.TapsOf(kind); tap++, image += planes.RowStride, taps += line)
                        DirectRows<T>.AddTaps(image, planes.Length, mine, next, count, taps, _outputs);
                }
            }
        }
    }

    /// <summary>The gradients of a row's outputs, added up as the kinds of taps along both axes see them.</summary>
    private void SpreadSlope(
        in ConvolutionShape s, int row, int column, int count, in PooledSlope slope, int output, float* sum, float* to)
    {
        long from = ((long)row * s.PooledWidth + column) * _outputs + output;
        bool isPlain = slope.Values is null;
        float* values = isPlain ? slope.Gradient : slope.Values;
        T f0 = isPlain ? T.Broadcast(1) : T.Load(slope.Factors + output), f1 = isPlain
            ? default : T.Load(slope.Factors + _outputs + output);
        T f2 = isPlain ? default : T.Load(slope.Factors + 2 * _outputs + output), total = T.Load(sum);
        nint next = SlopeBlock * T.Count;
        for (int i = 0; i < count; i++, from += _outputs, to += T.Count)
        {
            T g = T.Add(T.Load(slope.Gradient + from), f0, T.Add(T.Load(values + from), f1, f2));
            T.Spread(g, slope.Places + from, out T a, out T b, out T c, out T d);
            T top = a + b, bottom = c + d, all = top + bottom;
            total += all;
            all.Store(to);
            (a + c).Store(to + next);
            (b + d).Store(to + 2 * next);
            top.Store(to + 3 * next);
            a.Store(to + 4 * next);
            b.Store(to + 5 * next);
            bottom.Store(to + 6 * next);
            c.Store(to + 7 * next);
            d.Store(to + 8 * next);
        }

        total.Store(sum);
    }
}
