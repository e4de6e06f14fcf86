namespace ChestXray.Kernels;

/// <summary>Ranges from which every sample's tone is drawn; the default draws <see cref="Tone.Unchanged"/>.</summary>
/// <remarks>
/// A draw is a pure function of (seed; epoch, record): the same on any thread, device and batch size. Immutable and
/// thread-safe.
/// </remarks>
public sealed record RandomTone
{
    /// <summary>Largest change of the contrast: uniform in [1 - Contrast, 1 + Contrast). 0 to 1.</summary>
    public double Contrast { get; init; }

    /// <summary>Largest change of the brightness in grey levels: uniform in [-Brightness, Brightness).</summary>
    public double Brightness { get; init; }

    /// <summary>Largest gamma: its logarithm is uniform between those of 1 / Gamma and Gamma. 1 to 100.</summary>
    public double Gamma { get; init; } = 1;

    /// <summary>Largest standard deviation of noise in grey levels: uniform in [0, Noise).</summary>
    public double Noise { get; init; }

    /// <summary>The tone of one record in one epoch, its noise keyed by the same.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="record">The record's number.</param>
    /// <exception cref="ArgumentOutOfRangeException">A range of this instance is outside what its property allows.</exception>
    public Tone Draw(ulong seed, int epoch, int record)
    {
        Require(Contrast, 0, 1, nameof(Contrast));
        Require(Brightness, 0, float.MaxValue, nameof(Brightness));
        Require(Gamma, 1, 100, nameof(Gamma));
        Require(Noise, 0, float.MaxValue, nameof(Noise));
        return new((float)(1 + (Symmetric(16) * Contrast)), (float)(Symmetric(17) * Brightness))
        {
            Gamma = Gamma == 1 ? 1 : Math.Clamp((float)Math.Exp(Symmetric(18) * Math.Log(Gamma)), 0.01f, 100),
            Noise = (float)(Philox4x32.Uniform(seed, (uint)epoch, (uint)record, 19) * Noise),
            Key = new(seed, epoch, record),
        };

        double Symmetric(uint draw) => (2 * Philox4x32.Uniform(seed, (uint)epoch, (uint)record, draw)) - 1;
    }

    private static void Require(double value, double smallest, double largest, string name)
    {
        if (!(value >= smallest && value <= largest))
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; allowed is {smallest} to {largest}.");
    }
}
