namespace ChestXray.Model.Networks.Convolutions;

/// <summary>What one thread works with: a block of tiles, their spectra, and its share of the weights' gradient.</summary>
internal sealed unsafe class FourierPart<T, TFourier> : IDisposable
    where T : struct, ILanes<T> where TFourier : struct, IFourier<T>
{
    private readonly SpectrumLayout _input;
    private readonly SpectrumLayout _output;
    private readonly NativeFloats _inputSpectra;
    private readonly NativeFloats _outputSpectra;
    private readonly NativeFloats _tile = new(TileTransform<T, TFourier>.TileLength);
    private readonly NativeFloats _pixels = new(TileTransform<T, TFourier>.TileLength);
    private readonly NativeFloats _scratch = new(TileTransform<T, TFourier>.ScratchLength);
    private readonly NativeFloats _bias;

    public FourierPart(int inputs, int outputs, int capacity)
    {
        Capacity = capacity;
        _input = SpectrumLayout.For(Side, capacity, inputs, T.Count);
        _output = SpectrumLayout.For(Side, capacity, outputs, T.Count);
        _inputSpectra = new(_input.Length);
        _outputSpectra = new(_output.Length);
        GradientLayout = SpectrumLayout.For(Side, inputs, outputs, T.Count);
        WeightGradient = new(GradientLayout.Length);
        _bias = new(outputs);
        ValueSums = new(outputs);
        GradientSums = new(inputs);
    }

    private static int Side => TFourier.Length;

    /// <summary>Pooled outputs of a tile's side.</summary>
    private static int Pooled => (Side - ConvolutionShape.Kernel + 1) / 2;

    private static int Stride => 2 * Pooled;

    /// <summary>Tiles of a block.</summary>
    public int Capacity { get; }

    /// <summary>Conjugated spectra of the weights' gradient, inputs x outputs.</summary>
    public NativeFloats WeightGradient { get; }

    public float* BiasGradient => _bias.At;

    /// <summary>Of the pooled values and their squares.</summary>
    public ChannelSums ValueSums { get; }

    /// <summary>Of the images' gradient, and of its product with the pixels.</summary>
    public ChannelSums GradientSums { get; }

    private SpectrumLayout GradientLayout { get; }

    /// <summary>Tiles of an image.</summary>
    public int TilesOf(in ConvolutionShape shape) => Across(shape) * ((shape.PooledHeight + Pooled - 1) / Pooled);

    /// <summary>Forgets the gradients of the call before.</summary>
    public void Begin()
    {
        new Span<float>(WeightGradient.At, checked((int)WeightGradient.Length)).Clear();
        new Span<float>(_bias.At, checked((int)_bias.Length)).Clear();
        GradientSums.Clear();
    }

    public float* ClearPixels()
    {
        new Span<float>(_pixels.At, TileTransform<T, TFourier>.TileLength).Clear();
        return _pixels.At;
    }

    /// <summary>A whole tile of pixels to its spectrum.</summary>
    public void Transform(float* pixels, float* real, in SpectrumLayout layout)
    {
        for (int row = 0; row < Side; row++)
            TileTransform<T, TFourier>.Row(pixels + row * Side * T.Count, T.Count, _tile.At, row, _scratch.At);
        TileTransform<T, TFourier>.Columns(_tile.At, real, layout, _scratch.At);
    }

    /// <summary>A spectrum back to its pixels, too large by their number.</summary>
    public float* TransformBack(float* real, in SpectrumLayout layout)
    {
        TileTransform<T, TFourier>.ColumnsBack(real, layout, _tile.At, _scratch.At);
        for (int row = 0; row < Side; row++)
            TileTransform<T, TFourier>.RowBack(_tile.At, row, _pixels.At + row * Side * T.Count, _scratch.At);
        return _pixels.At;
    }

    public void Forward(
        in ConvolutionShape shape, int firstTile, int count, in ConvolutionInput x, float* kernels,
        in SpectrumLayout kernelLayout, float* bias,
        float* values, byte* places, bool takesSums)
    {
        TransformImages(shape, firstTile, count, x);
        SpectrumProduct<T>.Multiply(_inputSpectra.At, _input, RoundUp(count), kernels, kernelLayout, _outputSpectra.At, _output);
        for (int i = 0; i < count; i++)
        {
            Place at = Locate(shape, firstTile + i);
            for (int channel = 0; channel < shape.Outputs; channel += T.Count)
            {
                float* real = _outputSpectra.At + _output.Offset(i, channel);
                TileTransform<T, TFourier>.ColumnsBack(real, _output, _tile.At, _scratch.At);
                long to = at.Image * shape.PooledLength + channel;
                PoolTile(shape, at, channel, T.Load(bias + channel), values + to, places + to, takesSums);
            }
        }
    }

    public void Backward(
        in ConvolutionShape shape, int firstTile, int count, in ConvolutionInput x, in PooledSlope slope, float* kernels,
        in SpectrumLayout kernelLayout,
        float* dx)
    {
        TransformImages(shape, firstTile, count, x);
        for (int i = 0; i < count; i++)
        {
            Place at = Locate(shape, firstTile + i);
            for (int channel = 0; channel < shape.Outputs; channel += T.Count)
            {
                float* real = _outputSpectra.At + _output.Offset(i, channel);
                TransformSlope(shape, at, slope, channel);
                TileTransform<T, TFourier>.Columns(_tile.At, real, _output, _scratch.At);
                (T.Load(_bias.At + channel) + T.Load(real)).Store(_bias.At + channel);
            }
        }

        SpectrumProduct<T>.AddTransposed(
            _inputSpectra.At, _input, count, _outputSpectra.At, _output, WeightGradient.At, GradientLayout);
        if (dx is null)
            return;
        SpectrumProduct<T>.Multiply(_outputSpectra.At, _output, RoundUp(count), kernels, kernelLayout, _inputSpectra.At, _input);
        for (int i = 0; i < count; i++)
        {
            Place at = Locate(shape, firstTile + i);
            for (int channel = 0; channel < shape.Inputs; channel += T.Count)
            {
                float* real = _inputSpectra.At + _input.Offset(i, channel);
                TileTransform<T, TFourier>.ColumnsBack(real, _input, _tile.At, _scratch.At);
                AddTile(shape, at, dx + at.Image * shape.ImageLength + channel);
            }
        }
    }

    public void Dispose()
    {
        ValueSums.Dispose();
        GradientSums.Dispose();
        foreach (NativeFloats memory in new[] { _inputSpectra, _outputSpectra, _tile, _pixels, _scratch, _bias, WeightGradient })
            memory.Dispose();
    }

    private static int RoundUp(int count) => (count + 3) & ~3;

    private static int Across(in ConvolutionShape shape) => (shape.PooledWidth + Pooled - 1) / Pooled;

    private Place Locate(in ConvolutionShape shape, int tile)
    {
        int perImage = TilesOf(shape), inImage = tile % perImage, across = Across(shape);
        return new(tile / perImage, inImage / across, inImage % across);
    }

    private void TransformImages(in ConvolutionShape shape, int firstTile, int count, in ConvolutionInput x)
    {
        nint line = (nint)shape.Width * shape.Inputs;
        for (int i = 0; i < count; i++)
        {
            Place at = Locate(shape, firstTile + i);
            int rows = int.Min(Side, shape.Height - at.Row * Stride), columns = int.Min(Side, shape.Width - at.Column * Stride);
            float* corner = x.Pixels + at.Image * shape.ImageLength + at.Row * Stride * line +
                (nint)at.Column * Stride * shape.Inputs;
            for (int channel = 0; channel < shape.Inputs; channel += T.Count)
            {
                float* scale = x.Scale is null ? null : x.Scale + channel, shift = x.Shift + channel;
                for (int row = 0; row < rows; row++)
                    TransformRow(corner + row * line + channel, shape.Inputs, columns, row, scale, shift);
                for (int row = rows; row < Side; row++)
                    TileTransform<T, TFourier>.ZeroRow(_tile.At, row);
                TileTransform<T, TFourier>.Columns(_tile.At, _inputSpectra.At + _input.Offset(i, channel), _input, _scratch.At);
            }
        }
    }

    private void TransformRow(float* from, int step, int columns, int row, float* scale, float* shift)
    {
        if (columns < Side || scale is not null)
        {
            float* pixels = _pixels.At;
            if (scale is null)
            {
                for (int column = 0; column < columns; column++)
                    T.Load(from + (nint)column * step).Store(pixels + column * T.Count);
            }
            else
            {
                T factor = T.Load(scale), summand = T.Load(shift);
                for (int column = 0; column < columns; column++)
                    T.Add(T.Load(from + (nint)column * step), factor, summand).Store(pixels + column * T.Count);
            }

            new Span<float>(pixels + columns * T.Count, (Side - columns) * T.Count).Clear();
            from = pixels;
            step = T.Count;
        }

        TileTransform<T, TFourier>.Row(from, step, _tile.At, row, _scratch.At);
    }

    private void PoolTile(in ConvolutionShape shape, in Place at, int channel, T bias, float* values, byte* places,
        bool takesSums)
    {
        int n = T.Count;
        float* top = _pixels.At, bottom = top + Side * n;
        int rows = int.Min(Pooled, shape.PooledHeight - at.Row * Pooled),
            columns = int.Min(Pooled, shape.PooledWidth - at.Column * Pooled);
        for (int row = 0; row < rows; row++)
        {
            TileTransform<T, TFourier>.RowBack(_tile.At, 2 * row, top, _scratch.At);
            TileTransform<T, TFourier>.RowBack(_tile.At, 2 * row + 1, bottom, _scratch.At);
            long first = ((long)(at.Row * Pooled + row) * shape.PooledWidth + at.Column * Pooled) * shape.Outputs, to = first;
            for (int column = 0; column < columns; column++, to += shape.Outputs)
            {
                float* a = top + 2 * column * n, c = bottom + 2 * column * n;
                T.Pool(T.Load(a), T.Load(a + n), T.Load(c), T.Load(c + n), bias, values + to, places + to);
            }

            if (takesSums)
                ValueSums.Add<T>(channel, values + first, values + first, shape.Outputs, columns);
        }
    }

    /// <summary>The gradient of a tile's outputs, from the pooled one, transformed along its rows.</summary>
    private void TransformSlope(in ConvolutionShape shape, in Place at, in PooledSlope slope, int channel)
    {
        float* gradient = slope.Gradient + at.Image * shape.PooledLength + channel;
        byte* places = slope.Places + at.Image * shape.PooledLength + channel;
        bool isPlain = slope.Values is null;
        float* values = isPlain ? gradient : slope.Values + at.Image * shape.PooledLength + channel;
        T f0 = isPlain ? T.Broadcast(1) : T.Load(slope.Factors + channel), f1 = isPlain
            ? default : T.Load(slope.Factors + shape.Outputs + channel);
        T f2 = isPlain ? default : T.Load(slope.Factors + 2 * shape.Outputs + channel);
        int n = T.Count;
        float* top = ClearTwoRows(), bottom = top + Side * n;
        int rows = int.Min(Pooled, shape.PooledHeight - at.Row * Pooled),
            columns = int.Min(Pooled, shape.PooledWidth - at.Column * Pooled);
        for (int row = 0; row < rows; row++)
        {
            long from = ((long)(at.Row * Pooled + row) * shape.PooledWidth + at.Column * Pooled) * shape.Outputs;
            for (int column = 0; column < columns; column++, from += shape.Outputs)
            {
                T g = T.Add(T.Load(gradient + from), f0, T.Add(T.Load(values + from), f1, f2));
                T.Spread(g, places + from, out T a, out T b, out T c, out T d);
                a.Store(top + 2 * column * n);
                b.Store(top + (2 * column + 1) * n);
                c.Store(bottom + 2 * column * n);
                d.Store(bottom + (2 * column + 1) * n);
            }

            TileTransform<T, TFourier>.Row(top, n, _tile.At, 2 * row, _scratch.At);
            TileTransform<T, TFourier>.Row(bottom, n, _tile.At, 2 * row + 1, _scratch.At);
        }

        for (int row = 2 * rows; row < Side; row++)
            TileTransform<T, TFourier>.ZeroRow(_tile.At, row);
    }

    /// <summary>Takes the sums of an image's gradient, once all its tiles have been added.</summary>
    public void SumGradient(in ConvolutionShape shape, int image, in ConvolutionInput x, float* dx)
    {
        for (int channel = 0; channel < shape.Inputs; channel += T.Count)
        {
            long first = image * shape.ImageLength + channel;
            GradientSums.Add<T>(channel, dx + first, x.Pixels + first, shape.Inputs, shape.Height * shape.Width);
        }
    }

    private float* ClearTwoRows()
    {
        new Span<float>(_pixels.At, 2 * Side * T.Count).Clear();
        return _pixels.At;
    }

    private void AddTile(in ConvolutionShape shape, in Place at, float* image)
    {
        nint line = (nint)shape.Width * shape.Inputs;
        int rows = int.Min(Side, shape.Height - at.Row * Stride), columns = int.Min(Side, shape.Width - at.Column * Stride);
        float* corner = image + at.Row * Stride * line + (nint)at.Column * Stride * shape.Inputs, pixels = _pixels.At;
        for (int row = 0; row < rows; row++)
        {
            TileTransform<T, TFourier>.RowBack(_tile.At, row, pixels, _scratch.At);
            float* to = corner + row * line;
            for (int column = 0; column < columns; column++, to += shape.Inputs)
                (T.Load(to) + T.Load(pixels + column * T.Count)).Store(to);
        }
    }

    /// <summary>Whose tile it is, and which of the image's.</summary>
    private readonly record struct Place(int Image, int Row, int Column);
}
