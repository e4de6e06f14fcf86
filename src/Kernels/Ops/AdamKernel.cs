using ILGPU;

namespace ChestXray.Kernels.Ops;

/// <summary>A step of Adam as an ILGPU kernel: each value is read and written once.</summary>
internal static class AdamKernel
{
    public static void Run(
        ArrayView<float> gradients, ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> values, AdamShape shape)
    {
        long first = ((long)Grid.IdxX * Group.DimX) + Group.IdxX, step = (long)Grid.DimX * Group.DimX;
        for (long i = first; i < values.Length; i += step)
        {
            float g = gradients[i], m = mean[i], v = variance[i];
            m += (g - m) * shape.MeanShare;
            v += ((g * g) - v) * shape.VarianceShare;
            mean[i] = m;
            variance[i] = v;
            values[i] -= m * shape.Alpha / (MathF.Sqrt(v) + shape.Epsilon);
        }
    }
}
