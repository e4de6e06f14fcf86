namespace ChestXray.Kernels;

/// <summary>A number for each channel of an image. A plain number stands for all three.</summary>
/// <param name="First">Channel 0: grey, or red as most decoders order them.</param>
/// <param name="Second">Channel 1; has no say where there is one channel.</param>
/// <param name="Third">Channel 2; has no say where there is one channel.</param>
public readonly record struct PerChannel(float First, float Second, float Third)
{
    /// <summary>The number of a channel, 0 to 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    public float this[int channel] => channel switch
    {
        0 => First,
        1 => Second,
        2 => Third,
        _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, $"There is no channel {channel}: use 0 to 2."),
    };

    /// <summary>The same number for every channel.</summary>
    public static implicit operator PerChannel(float value) => new(value, value, value);

    internal bool All(Func<float, bool> holds) => holds(First) && holds(Second) && holds(Third);
}
