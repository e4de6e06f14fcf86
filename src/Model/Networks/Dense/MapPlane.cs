namespace ChestXray.Model.Networks.Dense;

/// <summary>Maps as N x H x W x C: somebody else's memory.</summary>
/// <param name="at">The first value.</param>
/// <param name="images">N.</param>
/// <param name="height">H.</param>
/// <param name="width">W.</param>
/// <param name="channels">C.</param>
internal readonly unsafe struct MapPlane(float* at, int images, int height, int width, int channels)
{
    public int Images => images;

    public int Height => height;

    public int Width => width;

    public int Channels => channels;

    /// <summary>The first pixel of a row of an image.</summary>
    public float* Row(int image, int row) => at + (((nint)image * height) + row) * width * channels;
}
