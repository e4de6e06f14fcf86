using System.Runtime.Intrinsics;

namespace ChestXray.Kernels.Ops;

/// <summary>The two elementary functions that the loss needs, in float32 to about 1.5 units in the last place.</summary>
internal static class VectorMaths
{
    /// <summary>exp(-a) for a of at least 0; 0 where the result would be below the smallest normal float, NaN for NaN.</summary>
    public static Vector256<float> ExpOfNegative(Vector256<float> a)
    {
        // ln 2 in two parts: the upper has few enough bits that its product with n is exact.
        Vector256<float> n = Vector256.Round(a * -1.44269504f);
        Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693359375f), -a);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(2.12194440e-4f), r);
        Vector256<float> p = Vector256.Create(1f / 5040);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 720));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 120));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 24));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 6));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(0.5f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        Vector256<int> exponent = (Vector256.ConvertToInt32(n) + Vector256.Create(127)) << 23;
        return Vector256.ConditionalSelect(
            Vector256.GreaterThan(a, Vector256.Create(87.3f)), Vector256<float>.Zero, p * exponent.AsSingle());
    }

    /// <summary>
    /// log(1 + e) for e from 0 to 1, relative precision down to the smallest e: 2 artanh(e / (2 + e)) as a series.
    /// </summary>
    public static Vector256<float> Log1p(Vector256<float> e)
    {
        Vector256<float> s = e / (e + Vector256.Create(2f)), q = s * s;
        Vector256<float> p = Vector256.Create(2f / 15);
        p = Vector256.FusedMultiplyAdd(p, q, Vector256.Create(2f / 13));
        p = Vector256.FusedMultiplyAdd(p, q, Vector256.Create(2f / 11));
        p = Vector256.FusedMultiplyAdd(p, q, Vector256.Create(2f / 9));
        p = Vector256.FusedMultiplyAdd(p, q, Vector256.Create(2f / 7));
        p = Vector256.FusedMultiplyAdd(p, q, Vector256.Create(2f / 5));
        p = Vector256.FusedMultiplyAdd(p, q, Vector256.Create(2f / 3));
        return Vector256.FusedMultiplyAdd(p * q, s, s + s);
    }
}
