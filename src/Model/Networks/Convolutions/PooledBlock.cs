using System.Runtime.InteropServices;

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>One block [convolution, max pool, ReLU, batch norm] and the memory of its last call. Not thread-safe.</summary>
internal sealed unsafe class PooledBlock : IDisposable
{
    private readonly int _threads;
    private IPooledConvolution? _convolution;
    private int _tileSide;
    private readonly NativeFloats _channels;
    private readonly double* _sums;
    private NativeFloats _values = new(0);
    private NativeFloats _gradient = new(0);
    private NativeFloats _places = new(0);

    public PooledBlock(int inputs, int outputs, int threads)
    {
        (Inputs, Outputs, _threads) = (inputs, outputs, threads);
        _channels = new(7 * outputs);
        _sums = (double*)NativeMemory.AllocZeroed((nuint)(2 * outputs), sizeof(double));
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Of the last forward call.</summary>
    public ConvolutionShape Shape { get; private set; }

    /// <summary>The pooled values, and the batch norm that whoever reads them applies.</summary>
    public ConvolutionInput Output => new(_values.At, Scale, Shift);

    /// <summary>Room for the gradient of the normalised values.</summary>
    public float* Gradient => Reserve(ref _gradient, Length);

    /// <summary>Sums of that gradient by channel, then of its products with the values; whoever writes it writes them.</summary>
    public double* GradientSums => _sums;

    private float* Scale => _channels.At;

    private float* Shift => Scale + Outputs;

    private float* Mean => Shift + Outputs;

    private float* Deviation => Mean + Outputs;

    private float* Factors => Deviation + Outputs;

    private nint Length => checked((nint)(Shape.Images * Shape.PooledLength));

    /// <summary>Values and, for training, what batch norm needs of them.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="x">The images.</param>
    /// <param name="values">Parameters.</param>
    /// <param name="running">The running means, then the running variances.</param>
    /// <param name="norm">Batch norm's settings.</param>
    /// <param name="isTraining">Batch statistics, and the running ones move; else the running ones.</param>
    public void Forward(in ConvolutionShape shape, in ConvolutionInput x, in BlockValues values, float* running,
        NormSettings norm, bool isTraining)
    {
        Shape = shape;
        byte* places = (byte*)Reserve(ref _places, (Length + sizeof(float) - 1) / sizeof(float));
        ConvolutionFor(shape).Forward(shape, x, values.Weight, values.Bias, Reserve(ref _values, Length), places, isTraining
            ? _sums : null);
        double count = (double)Length / Outputs;
        for (int i = 0; i < Outputs; i++)
        {
            double mean = running[i], variance = running[Outputs + i];
            if (isTraining)
            {
                mean = _sums[i] / count;
                variance = double.Max(0, _sums[Outputs + i] / count - mean * mean);
                running[i] = (float)(running[i] + norm.Momentum * (mean - running[i]));
                running[Outputs + i] =
                    (float)(running[Outputs + i] + norm.Momentum * (variance * count / (count - 1) - running[Outputs + i]));
            }

            double inverse = 1 / double.Sqrt(variance + norm.Epsilon), scale = values.NormScale[i] * inverse;
            (Mean[i], Deviation[i]) = ((float)mean, (float)inverse);
            (Scale[i], Shift[i]) = ((float)scale, (float)(values.NormShift[i] - mean * scale));
        }
    }

    /// <summary>
    /// From the gradient of the normalised values, whose sums are known, to those of scale and shift; the rest of the way, to
    /// the values' own gradient, is three factors a channel for the convolution's backward.
    /// </summary>
    public PooledSlope NormBackward(in BlockValues gradients, bool isTraining)
    {
        double count = (double)Length / Outputs;
        for (int i = 0; i < Outputs; i++)
        {
            double sum = _sums[i], inverse = Deviation[i], product = (_sums[Outputs + i] - Mean[i] * sum) * inverse;
            gradients.NormScale[i] += (float)product;
            gradients.NormShift[i] += (float)sum;
            double byValue = isTraining ? -Scale[i] * inverse * product / count : 0;
            Factors[i] = Scale[i];
            Factors[Outputs + i] = (float)byValue;
            Factors[2 * Outputs + i] = isTraining ? (float)(-Scale[i] * sum / count - byValue * Mean[i]) : 0;
        }

        return new(_gradient.At, (byte*)_places.At, _values.At, Factors);
    }

    /// <summary>The convolution's part of the way back.</summary>
    /// <param name="x">The images of the forward call.</param>
    /// <param name="values">Parameters.</param>
    /// <param name="slope">What <see cref="NormBackward"/> gave.</param>
    /// <param name="gradients">Added to.</param>
    /// <param name="before">The block that the images came from; null for the first.</param>
    public void Backward(in ConvolutionInput x, in BlockValues values, in PooledSlope slope, in BlockValues gradients,
        PooledBlock? before) =>
        _convolution!.Backward(
            Shape, x, values.Weight, slope, before is null
                ? null : before.Gradient, gradients.Weight, gradients.Bias, before is null ? null : before.GradientSums);

    /// <summary>The average over each image of the normalised values.</summary>
    /// <param name="features">N x out, written.</param>
    public void Average(float* features)
    {
        int pixels = Shape.PooledHeight * Shape.PooledWidth;
        float* value = _values.At;
        for (int image = 0; image < Shape.Images; image++, features += Outputs)
        {
            new Span<float>(features, Outputs).Clear();
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                for (int i = 0; i < Outputs; i++)
                    features[i] += *value++;
            }

            for (int i = 0; i < Outputs; i++)
                features[i] = features[i] / pixels * Scale[i] + Shift[i];
        }
    }

    /// <summary>The gradient of <see cref="Average"/>.</summary>
    /// <param name="slope">N x out.</param>
    public void AverageBackward(float* slope)
    {
        int pixels = Shape.PooledHeight * Shape.PooledWidth;
        float* to = Gradient, value = _values.At;
        new Span<double>(_sums, 2 * Outputs).Clear();
        for (int image = 0; image < Shape.Images; image++, slope += Outputs)
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                for (int i = 0; i < Outputs; i++, value++)
                {
                    float share = slope[i] / pixels;
                    *to++ = share;
                    _sums[i] += share;
                    _sums[Outputs + i] += (double)share * *value;
                }
            }
        }
    }

    public void Dispose()
    {
        _convolution?.Dispose();
        _channels.Dispose();
        _values.Dispose();
        _gradient.Dispose();
        _places.Dispose();
        NativeMemory.Free(_sums);
    }

    /// <summary>The one at hand, or another where images of this size take other tiles.</summary>
    private IPooledConvolution ConvolutionFor(in ConvolutionShape shape)
    {
        int tileSide = PooledConvolutions.TileSide(shape);
        if (_convolution is null || _tileSide != tileSide)
        {
            _convolution?.Dispose();
            (_convolution, _tileSide) = (PooledConvolutions.Make(shape, _threads), tileSide);
        }

        return _convolution;
    }

    private static float* Reserve(ref NativeFloats memory, nint length)
    {
        if (memory.Length < length)
        {
            memory.Dispose();
            memory = new(length);
        }

        return memory.At;
    }
}
