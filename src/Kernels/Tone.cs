namespace ChestXray.Kernels;

/// <summary>What happens to a sample's grey levels between interpolating and standardising; nothing is clipped.</summary>
/// <remarks>
/// A level v becomes White * (v / White)^Gamma (0 where v is negative), White being <see cref="AugmenterOptions.White"/>; then
/// (v - Mean) * Contrast + Mean + Brightness, Mean being the channel's <see cref="AugmenterOptions.Mean"/>; then noise is
/// added. Contrast and brightness cost no time: they are folded into standardising.
/// </remarks>
/// <param name="Contrast">Factor about the mean: finite and not negative; 1 leaves the contrast alone.</param>
/// <param name="Brightness">Grey levels to add: finite; 0 leaves the brightness alone.</param>
public readonly record struct Tone(float Contrast, float Brightness)
{
    /// <summary>Changes nothing.</summary>
    public static Tone Unchanged { get; } = new(1, 0);

    /// <summary>Exponent, from 0.01 to 100; 1 leaves the levels alone, above 1 darkens.</summary>
    public float Gamma { get; init; } = 1;

    /// <summary>Standard deviation of Gaussian noise, in grey levels: finite and not negative; 0 adds none.</summary>
    public float Noise { get; init; }

    /// <summary>
    /// What the noise is a function of, together with a pixel's place and channel: the same random words on every device,
    /// whatever the batch or the number of threads. The normal numbers made of them agree within 1e-5 of <see cref="Noise"/>.
    /// </summary>
    public RandomKey Key { get; init; }
}
