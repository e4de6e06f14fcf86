namespace ChestXray.Kernels.Ops;

/// <summary>A multiply-add for each channel: value * Scale + Offset.</summary>
internal readonly record struct ChannelAffine(PerChannel Scale, PerChannel Offset)
{
    /// <summary>Leaves values as they are.</summary>
    public static ChannelAffine None { get; } = new(1, 0);

    /// <summary>((v - mean) * contrast + brightness) / deviation.</summary>
    public static ChannelAffine From(AugmenterOptions options, float contrast, float brightness)
    {
        PerChannel mean = options.Mean, deviation = options.Deviation;
        return new(
            new(Scale(deviation.First), Scale(deviation.Second), Scale(deviation.Third)),
            new(Offset(mean.First, deviation.First), Offset(mean.Second, deviation.Second), Offset(mean.Third, deviation.Third)));

        float Scale(float deviation) => (float)((double)contrast / deviation);
        float Offset(float mean, float deviation) => (float)((brightness - ((double)mean * contrast)) / deviation);
    }
}
