using ChestXray.Kernels;

namespace ChestXray.Model.Feeding;

/// <summary>
/// The guide's augmentation as Keras computes it: every rotation and every zoom a resampling of its own. Slow, for comparisons.
/// </summary>
/// <param name="size">Height and width of a record.</param>
/// <param name="statistics">What pixels are standardised by.</param>
/// <param name="draws">Angles and zooms.</param>
internal sealed class ExactRotateZoom(int size, PixelStatistics statistics, RandomRotateZoom draws)
{
    private readonly KerasAugmenter _keras = new(size, size);

    /// <summary>Writes one sample, standardised.</summary>
    /// <param name="pixels">The record.</param>
    /// <param name="seed">Key of the draws.</param>
    /// <param name="epoch">Counts from 0.</param>
    /// <param name="record">Its number.</param>
    /// <param name="passes">Rotations and zooms, from 1.</param>
    /// <param name="image">Size x size values.</param>
    public void Write(ReadOnlySpan<byte> pixels, ulong seed, int epoch, int record, int passes, Span<float> image)
    {
        for (uint pass = 0; pass < passes; pass++)
        {
            (double angle, double factor) = draws.Draw(seed, epoch, record, pass);
            if (pass == 0)
                _keras.Run(pixels, [0], [(float)angle], [(float)factor], image);
            else
                _keras.Again(image, (float)angle, (float)factor);
        }

        float mean = (float)statistics.Mean, deviation = (float)statistics.StandardDeviation;
        foreach (ref float value in image)
            value = (value - mean) / deviation;
    }
}
