using System.Runtime.CompilerServices;

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// The convolution as products in the frequency domain over overlapping square tiles, each of which gives 6 x 6 outputs less
/// than it has pixels (of 16 x 16, 10 x 10): a sixth to a tenth of the multiplications that 7 x 7 taps take in the guide's
/// layers. Tiles are transformed, multiplied and pooled while they lie in the cache.
/// </summary>
/// <remarks>
/// Image ranges are dealt to the threads by their number alone, so that equal inputs and thread counts give equal bits.
/// Rounding differs from the direct sum's by parts in 10^7 of the largest value.
/// </remarks>
internal sealed unsafe class FourierConvolution<T, TFourier> : IPooledConvolution
    where T : struct, ILanes<T> where TFourier : struct, IFourier<T>
{
    private const int Kernel = ConvolutionShape.Kernel;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly SpectrumLayout _forwardKernels;
    private readonly SpectrumLayout _backwardKernels;
    private readonly NativeFloats _kernels;
    private readonly FourierPart<T, TFourier>[] _parts;

    /// <param name="inputs">Channels, a multiple of the lanes.</param>
    /// <param name="outputs">Channels, a multiple of the lanes.</param>
    /// <param name="threads">Threads, from 1.</param>
    /// <param name="tilesPerBlock">Tiles that are worked on at a time, a multiple of 4.</param>
    public FourierConvolution(int inputs, int outputs, int threads, int tilesPerBlock = 16)
    {
        (_inputs, _outputs) = (inputs, outputs);
        _forwardKernels = SpectrumLayout.For(Side, inputs, outputs, T.Count);
        _backwardKernels = SpectrumLayout.For(Side, outputs, inputs, T.Count);
        _kernels = new(nint.Max(_forwardKernels.Length, _backwardKernels.Length));
        _parts = new FourierPart<T, TFourier>[threads];
        for (int i = 0; i < threads; i++)
            _parts[i] = new(inputs, outputs, tilesPerBlock);
    }

    private static int Side => TFourier.Length;

    private static float Scale => 1f / (Side * Side);

    public void Forward(
        in ConvolutionShape shape, in ConvolutionInput x, float* weight, float* bias, float* values, byte* places,
        double* sums = null)
    {
        ConvolutionShape s = shape;
        ConvolutionInput input = x;
        bool takesSums = sums is not null;
        Threads.Run(_parts.Length, part => TransformForwardKernels(part, weight));
        Threads.Run(_parts.Length, part =>
        {
            FourierPart<T, TFourier> mine = _parts[part];
            mine.ValueSums.Clear();
            (int first, int last) = Threads.Share(s.Images * mine.TilesOf(s), part, _parts.Length);
            for (int tile = first; tile < last; tile += mine.Capacity)
                mine.Forward(s, tile, int.Min(mine.Capacity, last - tile), input, _kernels.At, _forwardKernels, bias, values,
                    places, takesSums);
        });
        if (sums is null)
            return;
        new Span<double>(sums, 2 * _outputs).Clear();
        foreach (FourierPart<T, TFourier> part in _parts)
            part.ValueSums.AddTo(sums);
    }

    public void Backward(
        in ConvolutionShape shape, in ConvolutionInput x, float* weight, in PooledSlope slope, float* dx, float* dWeight,
        float* dBias,
        double* sums = null)
    {
        ConvolutionShape s = shape;
        ConvolutionInput input = x;
        PooledSlope gradient = slope;
        if (dx is not null)
            Threads.Run(_parts.Length, part => TransformBackwardKernels(part, weight));
        Threads.Run(_parts.Length, part => BackwardImages(part, s, input, gradient, dx, sums is not null));
        Threads.Run(_parts.Length, part => AddWeightGradient(part, dWeight));
        if (sums is not null)
            new Span<double>(sums, 2 * _inputs).Clear();
        foreach (FourierPart<T, TFourier> part in _parts)
        {
            for (int i = 0; i < _outputs; i++)
                dBias[i] += part.BiasGradient[i];
            if (sums is not null)
                part.GradientSums.AddTo(sums);
        }
    }

    public void Dispose()
    {
        _kernels.Dispose();
        foreach (FourierPart<T, TFourier> part in _parts)
            part.Dispose();
    }

    /// <summary>A thread's share: whole images, since neighbouring tiles add to the same pixels of dx.</summary>
    private void BackwardImages(
        int part, in ConvolutionShape shape, in ConvolutionInput x, in PooledSlope slope, float* dx, bool sums)
    {
        FourierPart<T, TFourier> mine = _parts[part];
        (int firstImage, int lastImage) = Threads.Share(shape.Images, part, _parts.Length);
        int perImage = mine.TilesOf(shape), last = lastImage * perImage, image = firstImage;
        mine.Begin();
        if (dx is not null)
            new Span<float>(dx + firstImage * shape.ImageLength, checked((int)((lastImage - firstImage) * shape.ImageLength)))
                .Clear();
        for (int tile = firstImage * perImage; tile < last; tile += mine.Capacity)
        {
            int count = int.Min(mine.Capacity, last - tile);
            mine.Backward(shape, tile, count, x, slope, _kernels.At, _backwardKernels, dx);
            // While the image's gradient lies in the cache.
            for (; sums && (image + 1) * perImage <= tile + count; image++)
                mine.SumGradient(shape, image, x, dx);
        }
    }

    /// <summary>The kernels' conjugated spectra (their taps lie mirrored), outputs in the lanes.</summary>
    private void TransformForwardKernels(int part, float* weight)
    {
        int lanes = T.Count, tap = _inputs, filter = Kernel * Kernel * _inputs;
        (int first, int last) = Threads.Share(_inputs, part, _parts.Length);
        FourierPart<T, TFourier> mine = _parts[part];
        for (int input = first; input < last; input++)
        {
            for (int output = 0; output < _outputs; output += lanes)
            {
                float* pixels = mine.ClearPixels();
                for (int row = 0; row < Kernel; row++)
                {
                    for (int column = 0; column < Kernel; column++)
                    {
                        float* to = pixels + Mirrored(row, column) * lanes;
                        float* from = weight + (long)output * filter + (row * Kernel + column) * tap + input;
                        for (int lane = 0; lane < lanes; lane++)
                            to[lane] = from[(long)lane * filter] * Scale;
                    }
                }

                mine.Transform(pixels, _kernels.At + _forwardKernels.Offset(input, output), _forwardKernels);
            }
        }
    }

    /// <summary>The kernels' spectra, inputs in the lanes.</summary>
    private void TransformBackwardKernels(int part, float* weight)
    {
        int lanes = T.Count;
        T scale = T.Broadcast(Scale);
        (int first, int last) = Threads.Share(_outputs, part, _parts.Length);
        FourierPart<T, TFourier> mine = _parts[part];
        for (int output = first; output < last; output++)
        {
            for (int input = 0; input < _inputs; input += lanes)
            {
                float* pixels = mine.ClearPixels(), from = weight + (long)output * Kernel * Kernel * _inputs + input;
                for (int row = 0; row < Kernel; row++)
                {
                    for (int column = 0; column < Kernel; column++, from += _inputs)
                        (T.Load(from) * scale).Store(pixels + (row * Side + column) * lanes);
                }

                mine.Transform(pixels, _kernels.At + _backwardKernels.Offset(output, input), _backwardKernels);
            }
        }
    }

    /// <summary>
    /// Adds the parts' spectra up and takes the taps out of them; they come mirrored, since the products were conjugated.
    /// </summary>
    private void AddWeightGradient(int part, float* dWeight)
    {
        int lanes = T.Count, filter = Kernel * Kernel * _inputs;
        (int first, int last) = Threads.Share(_inputs, part, _parts.Length);
        FourierPart<T, TFourier> mine = _parts[part];
        for (int input = first; input < last; input++)
        {
            for (int output = 0; output < _outputs; output += lanes)
            {
                nint offset = _forwardKernels.Offset(input, output);
                Add(_parts[0].WeightGradient.At + offset);
                float* pixels = mine.TransformBack(_parts[0].WeightGradient.At + offset, _forwardKernels);
                for (int row = 0; row < Kernel; row++)
                {
                    for (int column = 0; column < Kernel; column++)
                    {
                        float* from = pixels + Mirrored(row, column) * lanes;
                        float* to = dWeight + (long)output * filter + (row * Kernel + column) * _inputs + input;
                        for (int lane = 0; lane < lanes; lane++)
                            to[(long)lane * filter] += from[lane] * Scale;
                    }
                }

                void Add(float* sum)
                {
                    for (int other = 1; other < _parts.Length; other++)
                        SpectrumSum(sum, _parts[other].WeightGradient.At + offset);
                }
            }
        }
    }

    /// <summary>Where a tap lies in a tile that is turned round about its first pixel.</summary>
    private static int Mirrored(int row, int column) => (Side - row) % Side * Side + (Side - column) % Side;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SpectrumSum(float* sum, float* more)
    {
        nint stride = _forwardKernels.FrequencyStride, imaginary = _forwardKernels.Panel;
        for (int f = 0; f < _forwardKernels.Frequencies; f++, sum += stride, more += stride)
        {
            (T.Load(sum) + T.Load(more)).Store(sum);
            (T.Load(sum + imaginary) + T.Load(more + imaginary)).Store(sum + imaginary);
        }
    }
}
