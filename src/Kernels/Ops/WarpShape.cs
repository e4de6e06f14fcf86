namespace ChestXray.Kernels.Ops;

/// <summary>What the samples of a GPU batch have in common; goes to the device by value.</summary>
internal readonly struct WarpShape
{
    public WarpShape(AugmenterOptions options, float white)
    {
        (Channels, OutputChannels, White) = (options.Channels, options.OutputChannels, white);
        int pixels = options.OutputWidth * options.OutputHeight;
        SampleStep = (long)pixels * options.OutputChannels;
        (PixelStep, ChannelStep) = options.Layout == ChannelLayout.Nchw ? (1, pixels) : (options.OutputChannels, 1);
        (Width, Height, OutputWidth, OutputHeight) =
            (options.SourceWidth, options.SourceHeight, options.OutputWidth, options.OutputHeight);
        Border = (int)options.Border;
        Nearest = options.Interpolation == Interpolation.Nearest ? 1 : 0;
        (Fill0, Fill1, Fill2) = (options.Fill.First, options.Fill.Second, options.Fill.Third);
        (PeriodX, FoldX) = Fold(options.Border, Width);
        (PeriodY, FoldY) = Fold(options.Border, Height);
        (PerPeriodX, PerPeriodY) = (1f / PeriodX, 1f / PeriodY);
    }

    public int Width { get; }

    public int Height { get; }

    public int OutputWidth { get; }

    public int OutputHeight { get; }

    public int Border { get; }

    public int Nearest { get; }

    public float Fill0 { get; }

    public float Fill1 { get; }

    public float Fill2 { get; }

    /// <summary>The level that gamma leaves alone.</summary>
    public float White { get; }

    public int Channels { get; }

    public int OutputChannels { get; }

    /// <summary>Values from one sample to the next.</summary>
    public long SampleStep { get; }

    /// <summary>Values from one pixel of a channel to the next.</summary>
    public int PixelStep { get; }

    /// <summary>Values from one channel of a pixel to the next.</summary>
    public int ChannelStep { get; }

    /// <summary>After how many columns the bordered row repeats.</summary>
    public int PeriodX { get; }

    /// <summary>A column c of the period that lies beyond the row reads column FoldX - c.</summary>
    public int FoldX { get; }

    /// <summary>1 / PeriodX, so that no kernel divides.</summary>
    public float PerPeriodX { get; }

    /// <summary>After how many rows the bordered column repeats.</summary>
    public int PeriodY { get; }

    /// <summary>A row r of the period that lies beyond the column reads row FoldY - r.</summary>
    public int FoldY { get; }

    /// <summary>1 / PeriodY.</summary>
    public float PerPeriodY { get; }

    private static (int Period, int Fold) Fold(Border border, int length) => border switch
    {
        Kernels.Border.Mirror => (Math.Max(2 * (length - 1), 1), 2 * (length - 1)),
        Kernels.Border.Wrap => (length, 0),
        _ => (2 * length, (2 * length) - 1),
    };
}
