namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// The gradient of pooled values, N x pooled H x pooled W x channels, read as f0 * gradient + f1 * value + f2 of its channel.
/// </summary>
/// <param name="gradient">As it lies in memory.</param>
/// <param name="places">What the forward call wrote.</param>
/// <param name="values">The pooled values; null: the gradient is taken as it is.</param>
/// <param name="factors">3 x channels; null together with the values.</param>
internal readonly unsafe struct PooledSlope(float* gradient, byte* places, float* values = null, float* factors = null)
{
    public float* Gradient => gradient;

    public byte* Places => places;

    public float* Values => values;

    public float* Factors => factors;
}
