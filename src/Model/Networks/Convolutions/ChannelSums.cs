using System.Runtime.InteropServices;

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// One thread's sums over pixels for each channel, in double: of a value, and of its product with another. Owns native memory.
/// </summary>
internal sealed unsafe class ChannelSums : IDisposable
{
    private readonly int _channels;
    private double* _at;

    public ChannelSums(int channels)
    {
        _channels = channels;
        _at = (double*)NativeMemory.AllocZeroed((nuint)(2 * channels), sizeof(double));
    }

    public void Clear() => new Span<double>(_at, 2 * _channels).Clear();

    /// <summary>Adds a line of pixels to the sums of a vector of channels.</summary>
    /// <param name="channel">The first of them.</param>
    /// <param name="a">The first pixel's values.</param>
    /// <param name="b">What they are multiplied by.</param>
    /// <param name="step">Floats from one pixel to the next.</param>
    /// <param name="count">Pixels.</param>
    public void Add<T>(int channel, float* a, float* b, nint step, int count) where T : struct, ILanes<T> =>
        T.Sum(a, b, step, count, _at + channel, _at + _channels + channel);

    /// <summary>Adds them to 2 x channels sums.</summary>
    public void AddTo(double* sums)
    {
        for (int i = 0; i < 2 * _channels; i++)
            sums[i] += _at[i];
    }

    public void Dispose()
    {
        NativeMemory.Free(_at);
        _at = null;
    }
}
