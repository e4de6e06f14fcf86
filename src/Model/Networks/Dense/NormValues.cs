using static ChestXray.Model.Networks.TensorMemory;
using static TorchSharp.torch;

namespace ChestXray.Model.Networks.Dense;

/// <summary>The values of one batch norm in a network's flat memory: the network's.</summary>
internal readonly unsafe struct NormValues(float* weight, float* bias, float* weightSlope, float* biasSlope, float* mean,
    float* variance, double momentum, double epsilon)
{
    /// <summary>
    /// a and b of a x + b, from the batch's statistics, which the running ones follow; or from the running ones.
    /// </summary>
    public (float[] Factor, float[] Shift) Prepare(
        double[] batchMean, double[] batchVariance, int channels, int count, bool training)
    {
        float[] factor = new float[channels], shift = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            if (training)
            {
                // The library, too, keeps the unbiased variance.
                mean[c] = (float)(mean[c] + momentum * (batchMean[c] - mean[c]));
                variance[c] = (float)(variance[c] + momentum * (batchVariance[c] * count / Math.Max(1, count - 1) - variance[c]));
            }

            (double m, double v) = training ? (batchMean[c], batchVariance[c]) : (mean[c], variance[c]);
            double a = weight[c] / Math.Sqrt(v + epsilon);
            (factor[c], shift[c]) = ((float)a, (float)(bias[c] - a * m));
        }

        return (factor, shift);
    }

    /// <summary>
    /// Adds the gradients of weight and bias, and what every pixel's gradient still lacks: constant + linear x.
    /// </summary>
    public void TakeSums(
        double[] slopes, double[] products, double[] batchMean, double[] batchVariance, int count, double[] constant,
        double[] linear)
    {
        for (int c = 0; c < slopes.Length; c++)
        {
            double inverse = 1 / Math.Sqrt(batchVariance[c] + epsilon), a = weight[c] * inverse;
            double normalised = (products[c] - batchMean[c] * slopes[c]) * inverse;
            weightSlope[c] += (float)normalised;
            biasSlope[c] += (float)slopes[c];
            double d = -a * inverse * normalised / count;
            linear[c] += d;
            constant[c] += -a * slopes[c] / count - d * batchMean[c];
        }
    }

    /// <summary>The norm of a name.</summary>
    public static NormValues Of(
        ParameterBuffer parameters, int weight, long offset, Tensor running, double momentum, double epsilon)
    {
        long channels = parameters.Shapes[weight].Count;
        float* values = At<float>(parameters.Values) + offset, slopes = At<float>(parameters.Gradients) +
            offset, mean = At<float>(running);
        return new(values, values + channels, slopes, slopes + channels, mean, mean + channels, momentum, epsilon);
    }
}
