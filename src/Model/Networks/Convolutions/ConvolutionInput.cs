namespace ChestXray.Model.Networks.Convolutions;

/// <summary>What is convolved: N x H x W x channels, each pixel read as scale * pixel + shift of its channel.</summary>
/// <param name="pixels">Values as they lie in memory.</param>
/// <param name="scale">A factor for each channel; null: pixels are taken as they are.</param>
/// <param name="shift">A summand for each channel; null together with the scale.</param>
internal readonly unsafe struct ConvolutionInput(float* pixels, float* scale = null, float* shift = null)
{
    public float* Pixels => pixels;

    public float* Scale => scale;

    public float* Shift => shift;
}
