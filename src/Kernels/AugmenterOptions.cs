namespace ChestXray.Kernels;

/// <summary>How an augmenter reads, interpolates, standardises and writes.</summary>
public sealed record AugmenterOptions
{
    /// <summary>Rows of a record, 1 to 32,767.</summary>
    public required int SourceHeight { get; init; }

    /// <summary>Columns of a record, 1 to 32,767.</summary>
    public required int SourceWidth { get; init; }

    /// <summary>Rows of a sample, 1 to 32,767; 0 takes <see cref="SourceHeight"/>.</summary>
    public int OutputHeight { get; init; }

    /// <summary>Columns of a sample, 1 to 32,767; 0 takes <see cref="SourceWidth"/>.</summary>
    public int OutputWidth { get; init; }

    /// <summary>Values of a record's pixel, 1 or 3, which lie together: records are Height x Width x Channels.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>
    /// Channels of a sample: 0 takes <see cref="Channels"/>; 3 of 1 writes the grey picture three times, each standardised for
    /// its own.
    /// </summary>
    public int OutputChannels { get; init; }

    /// <summary>How a sample's channels lie in memory.</summary>
    public ChannelLayout Layout { get; init; } = ChannelLayout.Nchw;

    /// <summary>Subtracted from every interpolated value, in grey levels; for each channel of the sample.</summary>
    public PerChannel Mean { get; init; }

    /// <summary>
    /// What the difference is divided by, in grey levels: finite and above 0. With mean 0 and deviation 1 samples stay 0 to
    /// 255.
    /// </summary>
    public PerChannel Deviation { get; init; } = 1;

    /// <summary>
    /// The grey level that <see cref="Tone.Gamma"/> leaves alone; 0 takes 255, 65,535 or 1 for records of 8 bits, 16 bits or
    /// floats.
    /// </summary>
    public float White { get; init; }

    /// <summary>What lies outside the record.</summary>
    public Border Border { get; init; } = Border.Reflect;

    /// <summary>
    /// The value of <see cref="Border.Constant"/> in grey levels, for each channel of the record; changed and standardised like
    /// any pixel. Finite.
    /// </summary>
    public PerChannel Fill { get; init; }

    /// <summary>How values between pixels are made.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>Forces an instruction set; the constructor refuses one that this processor lacks. Of the CPU alone.</summary>
    public SimdLevel Simd { get; init; } = SimdLevel.Auto;

    /// <summary>Threads that share a batch, the calling one included: 1 to 1,024. Of the CPU alone.</summary>
    public int Threads { get; init; } = 1;
}
