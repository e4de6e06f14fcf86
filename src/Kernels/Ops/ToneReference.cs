namespace ChestXray.Kernels.Ops;

/// <summary>The specification of a sample's tone: one grey level, in float64.</summary>
internal static class ToneReference
{
    /// <summary>The standardised value of a level.</summary>
    /// <param name="level">The interpolated level.</param>
    /// <param name="tone">What is done to it.</param>
    /// <param name="white">The level that gamma leaves alone.</param>
    /// <param name="mean">The channel's mean.</param>
    /// <param name="deviation">The channel's deviation.</param>
    /// <param name="channel">The record's channel.</param>
    /// <param name="pixel">Row x width + column of the sample.</param>
    public static double Apply(double level, in Tone tone, double white, double mean, double deviation, int channel, int pixel)
    {
        if (tone.Gamma != 1)
            level = level > 0 ? white * Math.Pow(level / white, tone.Gamma) : 0;
        level = ((level - mean) * tone.Contrast) + mean + tone.Brightness;
        if (tone.Noise != 0)
            level += tone.Noise * Normal(tone.Key, channel, pixel);
        return (level - mean) / deviation;
    }

    /// <summary>Box and Muller on the words of Philox' block (epoch, record, 20 + channel, pixel / 4).</summary>
    public static double Normal(in RandomKey key, int channel, int pixel)
    {
        PhiloxBlock words = Philox4x32.Generate(
            (uint)key.Epoch, (uint)key.Record, ToneMaths.NoiseDraw +
                (uint)channel, (uint)pixel / 4, (uint)key.Seed, (uint)(key.Seed >> 32));
        (uint size, uint turn) = pixel % 4 < 2 ? (words.X, words.Y) : (words.Z, words.W);
        double radius = Math.Sqrt(-2 * Math.Log(((size >> 8) + 1) / (double)(1 << 24))),
            angle = turn / (double)(1L << 32) * 2 * Math.PI;
        return radius * (pixel % 2 == 0 ? Math.Cos(angle) : Math.Sin(angle));
    }
}
