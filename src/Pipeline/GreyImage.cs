namespace ChestXray.Pipeline;

/// <summary>A decoded image inside its decoder's memory.</summary>
/// <remarks>Valid until the decoder's next call or its disposal: copy what has to live longer.</remarks>
public readonly ref struct GreyImage
{
    internal GreyImage(int width, int height, ReadOnlySpan<byte> pixels, ImageInfo info)
    {
        Width = width;
        Height = height;
        Pixels = pixels;
        Info = info;
    }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Height x width grey levels, 0 to 255, row after row without gaps.</summary>
    public ReadOnlySpan<byte> Pixels { get; }

    /// <summary>What the file says of itself.</summary>
    public ImageInfo Info { get; }
}
