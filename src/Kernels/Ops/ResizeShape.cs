namespace ChestXray.Kernels.Ops;

/// <summary>The sizes of one launch of <see cref="ResizeKernel"/>; goes to the device by value.</summary>
internal readonly struct ResizeShape(int images, int height, int width, int channels, int outputHeight, int outputWidth)
{
    public int Images { get; } = images;

    public int Height { get; } = height;

    public int Width { get; } = width;

    public int Channels { get; } = channels;

    public int OutputHeight { get; } = outputHeight;

    public int OutputWidth { get; } = outputWidth;

    /// <summary>Source rows of an output row.</summary>
    public float Down { get; } = height / (float)outputHeight;

    /// <summary>Source columns of an output column.</summary>
    public float Across { get; } = width / (float)outputWidth;
}
