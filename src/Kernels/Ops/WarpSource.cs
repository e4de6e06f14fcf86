namespace ChestXray.Kernels.Ops;

/// <summary>One record as the passes read it, and what lies around it.</summary>
internal readonly unsafe struct WarpSource<T>(T* pixels, AugmenterOptions options, int channels, PerChannel fill)
    where T : unmanaged
{
    /// <summary>Its first value.</summary>
    public readonly T* Pixels = pixels;

    public int Width { get; } = options.SourceWidth;

    public int Height { get; } = options.SourceHeight;

    /// <summary>Values of a pixel, which lie together.</summary>
    public int Channels { get; } = channels;

    public Border Border { get; } = options.Border;

    /// <summary>The constant of <see cref="Border.Constant"/>.</summary>
    public PerChannel Fill { get; } = fill;
}
