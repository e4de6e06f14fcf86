namespace ChestXray.Model.Networks.Convolutions;

/// <summary>Makes pooled convolutions for this processor and for images of one size.</summary>
internal static class PooledConvolutions
{
    /// <summary>Operations of a transform for each pixel of a tile, as a product's multiplications count.</summary>
    private const int TransformCost = 10;

    /// <summary>Whether there are vectors that they can use.</summary>
    public static bool AreSupported => Lanes16.IsSupported || Lanes8.IsSupported;

    /// <summary>
    /// The side of the tiles with the least work: large ones share more of it among their outputs, small ones reach less far
    /// beyond the image. 0 where there are no tiles, for images of one channel.
    /// </summary>
    public static int TileSide(in ConvolutionShape shape)
    {
        if (shape.Inputs == 1)
            return 0;
        return Work(shape, 24) < Work(shape, 16) ? 24 : 16;
    }

    /// <summary>Makes one with the widest vectors there are, for images whose <see cref="TileSide"/> is this one's.</summary>
    /// <param name="shape">Inputs are 1 or a multiple of 16, outputs a multiple of 16.</param>
    /// <param name="threads">Threads, from 1.</param>
    public static IPooledConvolution Make(in ConvolutionShape shape, int threads) =>
        Lanes16.IsSupported ? Make<Lanes16>(shape, threads) : Make<Lanes8>(shape, threads);

    private static IPooledConvolution Make<T>(in ConvolutionShape shape, int threads) where T : struct, ILanes<T> =>
        TileSide(shape) switch
        {
            0 => new DirectConvolution<T>(shape.Outputs, threads),
            16 => new FourierConvolution<T, Fourier16<T>>(shape.Inputs, shape.Outputs, threads),
            _ => new FourierConvolution<T, Fourier24<T>>(shape.Inputs, shape.Outputs, threads),
        };

    /// <summary>Multiplications of an image's products and, about, operations of its tiles' transforms.</summary>
    private static long Work(in ConvolutionShape shape, int side)
    {
        int pooled = (side - ConvolutionShape.Kernel + 1) / 2;
        long tiles = (long)((shape.PooledHeight + pooled - 1) / pooled) * ((shape.PooledWidth + pooled - 1) / pooled);
        long products = 4L * (side * side / 2 + 2) * shape.Inputs * shape.Outputs;
        return tiles * (products + (long)TransformCost * side * side * (shape.Inputs + shape.Outputs));
    }
}
