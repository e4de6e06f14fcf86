namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// The convolution of images with one channel, tap by tap: with nothing to sum over channels the frequency domain gains
/// nothing.
/// </summary>
/// <remarks>
/// Image ranges are dealt to the threads by their number alone, so that equal inputs and thread counts give equal bits.
/// </remarks>
internal sealed unsafe class DirectConvolution<T> : IPooledConvolution where T : struct, ILanes<T>
{
    private const int Kernel = ConvolutionShape.Kernel, Taps = Kernel * Kernel, Block = 12;
    private readonly int _outputs;
    private readonly NativeFloats _kernels;
    private readonly NativeFloats[] _gradients;
    private readonly NativeFloats[] _rows;
    private readonly ChannelSums[] _sums;
    private int _rowLength;

    /// <param name="outputs">Channels, a multiple of the lanes.</param>
    /// <param name="threads">Threads, from 1.</param>
    public DirectConvolution(int outputs, int threads)
    {
        _outputs = outputs;
        _kernels = new(Taps * outputs);
        _gradients = new NativeFloats[threads];
        _rows = new NativeFloats[threads];
        _sums = new ChannelSums[threads];
        for (int i = 0; i < threads; i++)
        {
            _gradients[i] = new((Taps + 1) * outputs);
            _rows[i] = new(0);
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
        Reserve(2 * Block * T.Count);
        for (int output = 0; output < _outputs; output++)
        {
            for (int tap = 0; tap < Taps; tap++)
                _kernels.At[tap * _outputs + output] = weight[output * Taps + tap];
        }

        Threads.Run(_gradients.Length, part =>
        {
            _sums[part].Clear();
            (int first, int last) = Threads.Share(s.Images * s.PooledHeight, part, _gradients.Length);
            for (int row = first; row < last; row++)
                ForwardRow(s, row, pixels, bias, values, places, _rows[part].At, _sums[part]);
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
        Reserve(2 * 2 * s.PooledWidth * T.Count);
        Threads.Run(_gradients.Length, part =>
        {
            NativeFloats mine = _gradients[part];
            new Span<float>(mine.At, (int)mine.Length).Clear();
            (int first, int last) = Threads.Share(s.Images * s.PooledHeight, part, _gradients.Length);
            for (int row = first; row < last; row++)
                BackwardRow(s, row, pixels, gradient, mine.At, _rows[part].At);
        });
        foreach (NativeFloats part in _gradients)
        {
            for (int output = 0; output < _outputs; output++)
            {
                for (int tap = 0; tap < Taps; tap++)
                    dWeight[output * Taps + tap] += part.At[tap * _outputs + output];
                dBias[output] += part.At[Taps * _outputs + output];
            }
        }
    }

    public void Dispose()
    {
        _kernels.Dispose();
        foreach (NativeFloats memory in _gradients)
            memory.Dispose();
        foreach (NativeFloats memory in _rows)
            memory.Dispose();
        foreach (ChannelSums sums in _sums)
            sums.Dispose();
    }

    private static float* Unscaled(in ConvolutionInput x) =>
        x.Scale is null ? x.Pixels : throw new ArgumentException(
            "Images of one channel are taken as they are: no batch norm comes before them.");

    private void Reserve(int floats)
    {
        if (floats <= _rowLength)
            return;
        for (int i = 0; i < _rows.Length; i++)
        {
            _rows[i].Dispose();
            _rows[i] = new(floats);
        }

        _rowLength = floats;
    }

    private void ForwardRow(
        in ConvolutionShape s, int row, float* x, float* bias, float* values, byte* places, float* twelve, ChannelSums sums)
    {
        float* image = x + row / s.PooledHeight * s.ImageLength + (long)(row % s.PooledHeight) * 2 * s.Width;
        long to = (long)row * s.PooledWidth * _outputs;
        for (int output = 0; output < _outputs; output += T.Count)
        {
            T shift = T.Load(bias + output);
            for (int block = 0; block < s.PooledWidth; block += Block / 2)
            {
                // The last block steps back and writes some columns again.
                int column = int.Min(block, s.PooledWidth - Block / 2);
                DirectRows<T>.Twelve(image + 2 * column, s.Width, _kernels.At + output, _outputs, twelve);
                DirectRows<T>.Twelve(image + s.Width + 2 * column, s.Width, _kernels.At + output, _outputs, twelve +
                    Block * T.Count);
                for (int i = 0; i < Block / 2; i++)
                {
                    float* a = twelve + 2 * i * T.Count, c = a + Block * T.Count;
                    long at = to + (long)(column + i) * _outputs + output;
                    T.Pool(T.Load(a), T.Load(a + T.Count), T.Load(c), T.Load(c + T.Count), shift, values + at, places + at);
                }
            }

            sums.Add<T>(output, values + to + output, values + to + output, _outputs, s.PooledWidth);
        }
    }

    private void BackwardRow(in ConvolutionShape s, int row, float* x, in PooledSlope slope, float* gradient, float* expanded)
    {
        float* image = x + row / s.PooledHeight * s.ImageLength + (long)(row % s.PooledHeight) * 2 * s.Width;
        int width = 2 * s.PooledWidth;
        float* top = expanded, bottom = expanded + width * T.Count;
        for (int output = 0; output < _outputs; output += T.Count)
        {
            long from = (long)row * s.PooledWidth * _outputs + output;
            T sum = T.Load(gradient + Taps * _outputs + output);
            bool isPlain = slope.Values is null;
            float* values = isPlain ? slope.Gradient : slope.Values;
            T f0 = isPlain ? T.Broadcast(1) : T.Load(slope.Factors + output), f1 = isPlain
                ? default : T.Load(slope.Factors + _outputs + output);
            T f2 = isPlain ? default : T.Load(slope.Factors + 2 * _outputs + output);
            for (int column = 0; column < s.PooledWidth; column++, from += _outputs)
            {
                T g = T.Add(T.Load(slope.Gradient + from), f0, T.Add(T.Load(values + from), f1, f2));
                T.Spread(g, slope.Places + from, out T a, out T b, out T c, out T d);
                a.Store(top + 2 * column * T.Count);
                b.Store(top + (2 * column + 1) * T.Count);
                c.Store(bottom + 2 * column * T.Count);
                d.Store(bottom + (2 * column + 1) * T.Count);
                sum += a + b + (c + d);
            }

            sum.Store(gradient + Taps * _outputs + output);
            for (int tap = 0; tap < Kernel; tap++)
            {
                float* to = gradient + tap * Kernel * _outputs + output;
                DirectRows<T>.AddTaps(image + tap * s.Width, top, width, to, _outputs);
                DirectRows<T>.AddTaps(image + (tap + 1) * s.Width, bottom, width, to, _outputs);
            }
        }
    }
}
