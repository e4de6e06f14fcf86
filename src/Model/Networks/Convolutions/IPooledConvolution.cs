namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// Convolution, bias, max pool 2x2 and ReLU as one operation on the CPU. Owns scratch memory; one call at a time.
/// </summary>
internal unsafe interface IPooledConvolution : IDisposable
{
    /// <summary>From images to pooled values and the maxima's places.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="x">N x H x W x in.</param>
    /// <param name="weight">out x 7 x 7 x in.</param>
    /// <param name="bias">out.</param>
    /// <param name="values">N x pooled H x pooled W x out, written.</param>
    /// <param name="places">Of the same shape, written; see <see cref="PoolPlace"/>.</param>
    /// <param name="sums">
    /// 2 x out, written: each channel's sum of the values, then of their squares; null where nobody asks for them.
    /// </param>
    void Forward(
        in ConvolutionShape shape, in ConvolutionInput x, float* weight, float* bias, float* values, byte* places,
        double* sums = null);

    /// <summary>From the gradient of the pooled values to those of weights, bias and images.</summary>
    /// <param name="shape">The sizes of the forward call.</param>
    /// <param name="x">Its images.</param>
    /// <param name="weight">Its weights.</param>
    /// <param name="slope">The pooled values' gradient.</param>
    /// <param name="dx">Written: the gradient of scale * pixel + shift; null where nobody asks for it.</param>
    /// <param name="dWeight">Added to.</param>
    /// <param name="dBias">Added to.</param>
    /// <param name="sums">2 x in, written: each channel's sum of dx, then of dx * pixel; null where nobody asks for them.</param>
    void Backward(
        in ConvolutionShape shape, in ConvolutionInput x, float* weight, in PooledSlope slope, float* dx, float* dWeight,
        float* dBias,
        double* sums = null);
}
