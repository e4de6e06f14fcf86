using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// The two steps of a resize that run along whole rows, in vectors of the base library; a scalar end for what is left.
/// </summary>
internal static class ResizeRows
{
    private const int Lanes = 8, Bytes = 16;

    /// <summary>upper + (lower - upper) * weight, each operation rounded: equal to TensorFlow's to the bit.</summary>
    public static void Blend(ReadOnlySpan<float> upper, ReadOnlySpan<float> lower, float weight, Span<float> output)
    {
        int i = 0;
        for (; i <= output.Length - Lanes; i += Lanes)
        {
            Vector256<float> top = Vector256.Create(upper[i..]), step = (Vector256.Create(lower[i..]) - top) * weight;
            (top + step).CopyTo(output[i..]);
        }

        for (; i < output.Length; i++)
            output[i] = upper[i] + ((lower[i] - upper[i]) * weight);
    }

    /// <summary>The weighted sum of rows that lie one after the other.</summary>
    public static void Weigh(ReadOnlySpan<byte> rows, ReadOnlySpan<double> weights, Span<float> sum)
    {
        int i = 0;
        for (; i <= sum.Length - Bytes; i += Bytes)
        {
            Vector256<float> low = Vector256<float>.Zero, high = Vector256<float>.Zero;
            for (int row = 0; row < weights.Length; row++)
            {
                ref byte first = ref MemoryMarshal.GetReference(rows[((row * sum.Length) + i)..]);
                (Vector128<ushort> even, Vector128<ushort> odd) = Vector128.Widen(Vector128.LoadUnsafe(ref first));
                Vector256<float> weight = Vector256.Create((float)weights[row]);
                low = Vector256.FusedMultiplyAdd(Floats(even), weight, low);
                high = Vector256.FusedMultiplyAdd(Floats(odd), weight, high);
            }

            low.CopyTo(sum[i..]);
            high.CopyTo(sum[(i + Lanes)..]);
        }

        for (; i < sum.Length; i++)
        {
            float value = 0;
            for (int row = 0; row < weights.Length; row++)
                value = MathF.FusedMultiplyAdd(rows[(row * sum.Length) + i], (float)weights[row], value);
            sum[i] = value;
        }
    }

    private static Vector256<float> Floats(Vector128<ushort> values) =>
        Vector256.ConvertToSingle(Vector256.WidenLower(values.ToVector256Unsafe()).AsInt32());
}
