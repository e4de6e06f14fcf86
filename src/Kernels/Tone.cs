namespace ChestXray.Kernels;

/// <summary>Contrast and brightness of one sample, applied to grey levels before they are standardised; nothing is clipped.</summary>
/// <remarks>A level v becomes (v - Mean) * Contrast + Mean + Brightness, Mean being <see cref="CpuAugmenterOptions.Mean"/>. It costs no time: it is folded into standardising.</remarks>
/// <param name="Contrast">Factor about the mean: finite and not negative; 1 leaves the contrast alone.</param>
/// <param name="Brightness">Grey levels to add: finite; 0 leaves the brightness alone.</param>
public readonly record struct Tone(float Contrast, float Brightness)
{
    /// <summary>Changes nothing.</summary>
    public static Tone Unchanged { get; } = new(1, 0);

    /// <summary>The tone of one record in one epoch, drawn from ranges: a pure function of its arguments, on any thread and machine.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="record">The record's number.</param>
    /// <param name="contrast">Largest change: uniform in [1 - contrast, 1 + contrast); 0 to 1.</param>
    /// <param name="brightness">Largest change in grey levels: uniform in [-brightness, brightness); not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A range is outside what is allowed.</exception>
    public static Tone Draw(ulong seed, int epoch, int record, double contrast, double brightness)
    {
        if (!(contrast is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(contrast), contrast, $"contrast is {contrast}; allowed is 0 to 1.");
        if (!(brightness >= 0 && float.IsFinite((float)brightness)))
            throw new ArgumentOutOfRangeException(nameof(brightness), brightness, $"brightness is {brightness}; it must be finite and not negative.");
        return new((float)(1 + (Symmetric(16) * contrast)), (float)(Symmetric(17) * brightness));

        double Symmetric(uint draw) => (2 * Philox4x32.Uniform(seed, (uint)epoch, (uint)record, draw)) - 1;
    }
}
