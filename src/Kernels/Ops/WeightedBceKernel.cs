using ILGPU;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// <see cref="WeightedBce"/> as an ILGPU kernel: a thread takes whole rows, strides over the batch, and leaves one partial sum
/// of the loss.
/// </summary>
/// <remarks>
/// Partial sums instead of atomics keep the loss the same from run to run. Rows, not elements: no division finds the class.
/// </remarks>
internal static class WeightedBceKernel
{
    public static void Run(
        ArrayView<float> logits, ArrayView<float> labels, ArrayView<float> weights, ArrayView<float> gradient, ArrayView<double> partial,
        WeightedBceShape shape)
    {
        int thread = (Grid.IdxX * Group.DimX) + Group.IdxX;
        double sum = 0;
        for (int row = thread; row < shape.Rows; row += Grid.DimX * Group.DimX)
        {
            long start = (long)row * shape.Classes;
            for (int c = 0; c < shape.Classes; c++)
            {
                float z = logits[start + c], y = (labels[start + c] * (1 - shape.Smoothing)) + (shape.Smoothing * 0.5f);
                float positive = weights[c] * y, negative = weights[shape.Classes + c] * (1 - y);
                float e = ExpOfNegative(MathF.Abs(z)), log = Log1p(e);
                float smaller = e / (1 + e), larger = 1 / (1 + e);
                float up = z < 0 ? smaller : larger, down = z < 0 ? larger : smaller;
                float plusUp = MathF.Max(z, 0) + log, plusDown = MathF.Max(-z, 0) + log;
                float slopeUp = up, slopeDown = down, lossUp = plusUp, lossDown = plusDown;
                if (shape.Focal != 0)
                {
                    float powerUp = ExpOfNegative(plusDown * shape.Focal), powerDown = ExpOfNegative(plusUp * shape.Focal);
                    lossUp = powerUp * plusUp;
                    lossDown = powerDown * plusDown;
                    slopeUp = powerUp * ((down * shape.Focal * plusUp) + up);
                    slopeDown = powerDown * ((up * shape.Focal * plusDown) + down);
                }

                gradient[start + c] = ((negative * slopeUp) - (positive * slopeDown)) * shape.Scale;
                sum += (negative * lossUp) + (positive * lossDown);
            }
        }

        partial[thread] = sum;
    }

    /// <summary>
    /// Adds the partial sums in one group, each thread's share and then the shares in order: the same sum from run to run.
    /// </summary>
    public static void Sum(ArrayView<double> partial, ArrayView<float> loss, double scale)
    {
        ArrayView<double> shares = SharedMemory.Allocate<double>(64);
        double sum = 0;
        for (int i = Group.IdxX; i < partial.IntLength; i += Group.DimX)
            sum += partial[i];
        shares[Group.IdxX] = sum;
        Group.Barrier();
        if (Group.IdxX != 0)
            return;
        for (int i = 1; i < Group.DimX; i++)
            sum += shares[i];
        loss[0] = (float)(sum * scale);
    }

    /// <summary>As <see cref="VectorMaths.ExpOfNegative"/>: the device's own exp is an approximation to 22 bits.</summary>
    private static float ExpOfNegative(float a)
    {
        if (a > 87.3f)
            return 0;
        int n = (int)((a * -1.44269504f) - 0.5f);
        float r = (n * -0.693359375f) - a;
        return KernelMaths.Exp(n, r);
    }

    /// <summary>The series of <see cref="VectorMaths.Log1p"/>.</summary>
    private static float Log1p(float e)
    {
        float s = e / (e + 2), q = s * s;
        float p = (2f / 13) + (q * (2f / 15));
        p = (2f / 11) + (q * p);
        p = (2f / 9) + (q * p);
        p = (2f / 7) + (q * p);
        p = (2f / 5) + (q * p);
        p = (2f / 3) + (q * p);
        return (p * q * s) + (s + s);
    }
}
