namespace ChestXray.Model.Feeding;

/// <summary>
/// The samples of one set, addressed by epoch and position. Implementations are thread-safe and allocate nothing per call.
/// </summary>
public interface IBatchSource
{
    /// <summary>Samples in one epoch.</summary>
    int Count { get; }

    /// <summary>Height and width of a sample in pixels.</summary>
    int Size { get; }

    /// <summary>Writes samples [<paramref name="first"/>, first + <paramref name="count"/>) of an epoch, in its order.</summary>
    /// <param name="epoch">0-based. The same epoch always gives the same samples, on any thread.</param>
    /// <param name="first">Position of the first sample, from 0.</param>
    /// <param name="count">Samples to write; first + count is at most <see cref="Count"/>.</param>
    /// <param name="images">Standardised pixels, count x Size x Size (one channel, so NCHW and NHWC are the same bytes).</param>
    /// <param name="labels">0 or 1, count x 14, columns as in <see cref="Pipeline.Findings"/>.</param>
    /// <exception cref="ArgumentException">A position outside the epoch, or a span of the wrong length.</exception>
    void Read(int epoch, int first, int count, Span<float> images, Span<float> labels);
}
