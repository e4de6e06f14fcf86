namespace ChestXray.Model.Networks.Convolutions;

/// <summary>The sizes of one call: a 7 x 7 kernel, stride 1, no padding, pooled 2 x 2.</summary>
internal readonly record struct ConvolutionShape(int Images, int Height, int Width, int Inputs, int Outputs)
{
    public const int Kernel = 7;

    public int PooledHeight => (Height - Kernel + 1) / 2;

    public int PooledWidth => (Width - Kernel + 1) / 2;

    public long ImageLength => (long)Height * Width * Inputs;

    public long PooledLength => (long)PooledHeight * PooledWidth * Outputs;
}
