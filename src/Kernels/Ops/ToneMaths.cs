using ILGPU;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// Gamma and noise of one value in float32, with no function of the device's own: the CPU's scalar body and the GPU's kernels
/// run this code, <see cref="ToneVectors"/> is the same in vectors.
/// </summary>
internal static class ToneMaths
{
    /// <summary>The draw that noise of channel 0 takes; the channel is added.</summary>
    public const uint NoiseDraw = 20;

    private const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57, Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;

    /// <summary>white * (value / white)^gamma; 0 for a value of at most 0.</summary>
    public static float Gamma(float value, float white, float gamma)
    {
        float share = value / white;
        return share > 0 ? white * Exp(gamma * Log(share)) : 0;
    }

    /// <summary>
    /// The normal number of one pixel and channel: word <c>pixel % 4</c> of the block <c>pixel / 4</c>, its words paired by Box
    /// and Muller.
    /// </summary>
    public static float Normal(uint epoch, uint record, uint channel, uint pixel, uint k0, uint k1)
    {
        uint c0 = epoch, c1 = record, c2 = NoiseDraw + channel, c3 = pixel >> 2;
        for (int round = 0; round < 10; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0, product1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(product1 >> 32) ^ c1 ^ k0;
            c1 = (uint)product1;
            c2 = (uint)(product0 >> 32) ^ c3 ^ k1;
            c3 = (uint)product0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        bool second = (pixel & 2) != 0, sine = (pixel & 1) != 0;
        uint size = second ? c2 : c0, turn = second ? c3 : c1;

        // The words' upper 24 bits as (0, 1]: the logarithm is finite, the largest number 5.77.
        float radius = MathF.Sqrt(-2 * Log(((size >> 8) + 1) * (1f / (1 << 24))));
        uint quadrant = (turn + (1u << 29)) >> 30;
        float angle = (int)(turn - (quadrant << 30)) * (float)(Math.PI / 2 / (1 << 30));
        float square = angle * angle;
        float sin = angle + (angle * square * (-1.6666654611e-1f + (square * (8.3321608736e-3f + (square * -1.9515295891e-4f)))));
        float cos = 1 - (0.5f * square)
            + (square * square * (4.166664568298827e-2f +
                (square * (-1.388731625493765e-3f + (square * 2.443315711809948e-5f)))));
        bool swap = ((quadrant & 1) != 0) != sine;
        bool negative = sine ? quadrant is 2 or 3 : quadrant is 1 or 2;
        float part = swap ? sin : cos;
        return radius * (negative ? -part : part);
    }

    /// <summary>The natural logarithm of a normal number above 0.</summary>
    private static float Log(float value)
    {
        // The mantissa between sqrt(1/2) and sqrt(2), so that nothing cancels near 1.
        int shifted = (int)Interop.FloatAsInt(value) - 0x3F3504F3;
        int exponent = shifted >> 23;
        float m = Interop.IntAsFloat((uint)((shifted & 0x7FFFFF) + 0x3F3504F3));
        float s = (m - 1) / (m + 1), q = s * s;
        float p = (2f / 7) + (q * (2f / 9));
        p = (2f / 5) + (q * p);
        p = (2f / 3) + (q * p);
        return (exponent * 0.693147181f) + ((p * q * s) + (s + s));
    }

    /// <summary>e to a power from -87 to 88; what lies outside is held there.</summary>
    private static float Exp(float power)
    {
        power = MathF.Min(MathF.Max(power, -87), 88);
        int n = (int)MathF.Floor((power * 1.44269504f) + 0.5f);
        float r = power - (n * 0.693359375f);
        return KernelMaths.Exp(n, r);
    }
}
