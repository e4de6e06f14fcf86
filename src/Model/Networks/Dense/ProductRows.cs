namespace ChestXray.Model.Networks.Dense;

/// <summary>Neighbouring pixels whose values lie in up to three places: those of a 1x1 convolution, or of three rows.</summary>
/// <param name="first">The first pixel's values.</param>
/// <param name="second">The same in the next place.</param>
/// <param name="third">The same in the last place.</param>
/// <param name="parts">Places, 1 to 3.</param>
/// <param name="depth">Values in a place.</param>
/// <param name="step">Values from a pixel to the next.</param>
internal readonly unsafe struct ProductRows(float* first, float* second, float* third, int parts, int depth, nint step)
{
    public int Parts => parts;

    public int Depth => depth;

    public nint Step => step;

    /// <summary>The pixels from another on.</summary>
    public ProductRows From(int pixel)
    {
        nint moved = pixel * step;
        return new(first + moved, second + moved, third + moved, parts, depth, step);
    }

    public float* At(int part) => part == 0 ? first : part == 1 ? second : third;
}
