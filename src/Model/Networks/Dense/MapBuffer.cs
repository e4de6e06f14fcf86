using static ChestXray.Model.Networks.TensorMemory;
using static TorchSharp.torch;

namespace ChestXray.Model.Networks.Dense;

/// <summary>
/// The feature maps of a dense block, N x H x W x C, which its layers write side by side, with each map's mean and variance
/// over the batch (the same for every layer that reads it) and, on the way back, its gradient. Owns its memory; not
/// thread-safe.
/// </summary>
internal sealed unsafe class MapBuffer : IDisposable
{
    private readonly Tensor _maps;
    private Tensor? _slopes;

    public MapBuffer(long images, long height, long width, int channels, NormRelu passes)
    {
        (Images, Height, Width, Channels, Passes) = (images, height, width, channels, passes);
        _maps = empty([images, height, width, channels], ScalarType.Float32).DetachFromDisposeScope();
        (Mean, Variance, Constant, Linear) =
            (new double[channels], new double[channels], new double[channels], new double[channels]);
    }

    /// <summary>Takes maps that a graph gave where they lie: measured, not copied.</summary>
    /// <param name="maps">N x C x H x W.</param>
    /// <param name="passes">Who measures.</param>
    public MapBuffer(Tensor maps, NormRelu passes)
    {
        using Tensor rows = maps.detach().permute(0, 2, 3, 1);
        _maps = rows.contiguous().DetachFromDisposeScope();
        ReadOnlySpan<long> shape = _maps.shape;
        (Images, Height, Width, Channels, Passes) = (shape[0], shape[1], shape[2], (int)shape[3], passes);
        (Mean, Variance, Constant, Linear) =
            (new double[Channels], new double[Channels], new double[Channels], new double[Channels]);
        Measure(At<float>(_maps), 0, Channels);
    }

    public long Images { get; }

    public long Height { get; }

    public long Width { get; }

    public int Channels { get; }

    public NormRelu Passes { get; }

    public int Pixels => checked((int)(Images * Height * Width));

    /// <summary>By map, of the batch; the variance is the biased one.</summary>
    public double[] Mean { get; }

    /// <inheritdoc cref="Mean"/>
    public double[] Variance { get; }

    /// <summary>
    /// What each map's gradient still lacks, as a constant and a factor on the map, from the batch norms that read it.
    /// </summary>
    public double[] Constant { get; }

    /// <inheritdoc cref="Constant"/>
    public double[] Linear { get; }

    /// <summary>The first maps.</summary>
    public Rows Maps(int channels) => new(At<float>(_maps), Pixels, channels, Channels);

    /// <summary>The gradient's part that is summed so far.</summary>
    public Rows Slopes(int channels)
    {
        _slopes ??= empty_like(_maps).DetachFromDisposeScope();
        return new(At<float>(_slopes), Pixels, channels, Channels);
    }

    /// <summary>Takes maps into their place and measures them.</summary>
    /// <param name="maps">N x C x H x W.</param>
    /// <param name="first">The place of the first.</param>
    public void Write(Tensor maps, int first)
    {
        using Tensor rows = maps.detach().permute(0, 2, 3, 1).contiguous();
        Measure(At<float>(rows), first, (int)maps.shape[1]);
    }

    /// <summary>
    /// The whole gradient of some maps, N x C x H x W by channels_last strides, once everything that read them has been on the
    /// way back.
    /// </summary>
    public Tensor TakeSlope(int first, int count)
    {
        Tensor rows = empty([Images, Height, Width, count], ScalarType.Float32);
        float[] constant = new float[count], linear = new float[count];
        for (int c = 0; c < count; c++)
            (constant[c], linear[c]) = ((float)Constant[first + c], (float)Linear[first + c]);
        Passes.Finish(Maps(Channels).Part(first, count), Slopes(Channels).Part(first, count), constant, linear, At<float>(rows));
        return rows.permute(0, 3, 1, 2);
    }

    public void Dispose()
    {
        _maps.Dispose();
        _slopes?.Dispose();
    }

    private void Measure(float* from, int first, int count)
    {
        (double[] sums, double[] squares) = Passes.Place(from, Maps(Channels).Part(first, count));
        for (int c = 0; c < count; c++)
        {
            double mean = sums[c] / Pixels;
            (Mean[first + c], Variance[first + c]) = (mean, Math.Max(0, squares[c] / Pixels - mean * mean));
        }
    }
}
