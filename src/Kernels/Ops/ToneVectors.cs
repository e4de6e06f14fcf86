using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Kernels.Ops;

/// <summary><see cref="ToneMaths"/> eight values at a time; needs AVX2.</summary>
internal static unsafe class ToneVectors
{
    /// <summary>Values that one call of <see cref="Normals"/> makes.</summary>
    public const int Block = 32;

    /// <summary>white * (value / white)^gamma; 0 for a value of at most 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Gamma(Vector256<float> value, float white, float gamma)
    {
        Vector256<float> share = value / Vector256.Create(white);
        Vector256<float> power = Exp(Log(share) * gamma) * white;
        return Vector256.ConditionalSelect(Vector256.GreaterThan(share, Vector256<float>.Zero), power, Vector256<float>.Zero);
    }

    /// <summary>The normal numbers of 32 pixels of one channel from <paramref name="pixel"/> on, a multiple of 32.</summary>
    public static void Normals(uint epoch, uint record, uint channel, uint pixel, uint k0, uint k1, float* numbers)
    {
        Vector256<uint> c0 = Vector256.Create(epoch), c1 = Vector256.Create(record),
            c2 = Vector256.Create(ToneMaths.NoiseDraw + channel);
        Vector256<uint> c3 = Vector256.Create(pixel >> 2) + Vector256.Create(0u, 1, 2, 3, 4, 5, 6, 7);
        for (int round = 0; round < 10; round++)
        {
            (Vector256<uint> low0, Vector256<uint> high0) = Multiply(c0, 0xD2511F53);
            (Vector256<uint> low1, Vector256<uint> high1) = Multiply(c2, 0xCD9E8D57);
            c0 = high1 ^ c1 ^ Vector256.Create(k0);
            c1 = low1;
            c2 = high0 ^ c3 ^ Vector256.Create(k1);
            c3 = low0;
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        (Vector256<float> z0, Vector256<float> z1) = Pair(c0, c1);
        (Vector256<float> z2, Vector256<float> z3) = Pair(c2, c3);

        // Four numbers of eight blocks, turned so that a block's four lie together.
        Vector256<float> a = Avx.UnpackLow(z0, z1), b = Avx.UnpackHigh(z0, z1), c = Avx.UnpackLow(z2, z3),
            d = Avx.UnpackHigh(z2, z3);
        Vector256<float> e = Avx.Shuffle(a, c, 0b01_00_01_00), f = Avx.Shuffle(a, c, 0b11_10_11_10);
        Vector256<float> g = Avx.Shuffle(b, d, 0b01_00_01_00), h = Avx.Shuffle(b, d, 0b11_10_11_10);
        Avx.Permute2x128(e, f, 0x20).Store(numbers);
        Avx.Permute2x128(g, h, 0x20).Store(numbers + 8);
        Avx.Permute2x128(e, f, 0x31).Store(numbers + 16);
        Avx.Permute2x128(g, h, 0x31).Store(numbers + 24);
    }

    /// <summary>Box and Muller's two normal numbers of two words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Cos, Vector256<float> Sin) Pair(Vector256<uint> size, Vector256<uint> turn)
    {
        Vector256<float> uniform = Vector256.ConvertToSingle(((size >>> 8) + Vector256<uint>.One).AsInt32()) * (1f / (1 << 24));
        Vector256<float> radius = Vector256.Sqrt(Log(uniform) * -2f);
        Vector256<uint> quadrant = (turn + Vector256.Create(1u << 29)) >>> 30;
        Vector256<float> x = Vector256.ConvertToSingle((turn - (quadrant << 30)).AsInt32()) * (float)(Math.PI / 2 / (1 << 30)),
            q = x * x;
        Vector256<float> sin =
            Vector256.FusedMultiplyAdd(q, Vector256.Create(-1.9515295891e-4f), Vector256.Create(8.3321608736e-3f));
        sin = Vector256.FusedMultiplyAdd(q, sin, Vector256.Create(-1.6666654611e-1f));
        sin = Vector256.FusedMultiplyAdd(x * q, sin, x);
        Vector256<float> cos =
            Vector256.FusedMultiplyAdd(q, Vector256.Create(2.443315711809948e-5f), Vector256.Create(-1.388731625493765e-3f));
        cos = Vector256.FusedMultiplyAdd(q, cos, Vector256.Create(4.166664568298827e-2f));
        cos = Vector256.FusedMultiplyAdd(q * q, cos, Vector256<float>.One - (q * 0.5f));

        Vector256<float> odd = Vector256.Equals(quadrant & Vector256<uint>.One, Vector256<uint>.One).AsSingle();
        Vector256<float> first = Vector256.ConditionalSelect(odd, sin, cos), second = Vector256.ConditionalSelect(odd, cos, sin);

        // The cosine is negative in quadrants 1 and 2, the sine in 2 and 3: bit 1 of the quadrant plus 1, and of the quadrant.
        Vector256<uint> two = Vector256.Create(2u);
        Vector256<uint> cosSign = ((quadrant + Vector256<uint>.One) & two) << 30, sinSign = (quadrant & two) << 30;
        return (radius * (first.AsUInt32() ^ cosSign).AsSingle(), radius * (second.AsUInt32() ^ sinSign).AsSingle());
    }

    /// <summary>The lower and the upper halves of eight products of 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<uint> Low, Vector256<uint> High) Multiply(Vector256<uint> value, uint by)
    {
        Vector256<uint> factor = Vector256.Create(by);
        Vector256<uint> even = Avx2.Multiply(value, factor).AsUInt32(),
            odd = Avx2.Multiply((value.AsUInt64() >>> 32).AsUInt32(), factor).AsUInt32();
        Vector256<uint> low = Avx2.Blend(even, (odd.AsUInt64() << 32).AsUInt32(), 0b10101010);
        return (low, Avx2.Blend((even.AsUInt64() >>> 32).AsUInt32(), odd, 0b10101010));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Log(Vector256<float> value)
    {
        Vector256<int> root = Vector256.Create(0x3F3504F3), shifted = value.AsInt32() - root;
        Vector256<float> exponent = Vector256.ConvertToSingle(shifted >> 23);
        Vector256<float> m = ((shifted & Vector256.Create(0x7FFFFF)) + root).AsSingle(), one = Vector256<float>.One;
        Vector256<float> s = (m - one) / (m + one), q = s * s;
        Vector256<float> p = Vector256.FusedMultiplyAdd(q, Vector256.Create(2f / 9), Vector256.Create(2f / 7));
        p = Vector256.FusedMultiplyAdd(q, p, Vector256.Create(2f / 5));
        p = Vector256.FusedMultiplyAdd(q, p, Vector256.Create(2f / 3));
        return Vector256.FusedMultiplyAdd(exponent, Vector256.Create(0.693147181f), Vector256.FusedMultiplyAdd(p * q, s, s + s));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Exp(Vector256<float> power)
    {
        power = Vector256.Min(Vector256.Max(power, Vector256.Create(-87f)), Vector256.Create(88f));
        Vector256<float> n = Vector256.Round(power * 1.44269504f);
        Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693359375f), power);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(2.12194440e-4f), r);
        Vector256<float> p = Vector256.FusedMultiplyAdd(r, Vector256.Create(1f / 5040), Vector256.Create(1f / 720));
        p = Vector256.FusedMultiplyAdd(r, p, Vector256.Create(1f / 120));
        p = Vector256.FusedMultiplyAdd(r, p, Vector256.Create(1f / 24));
        p = Vector256.FusedMultiplyAdd(r, p, Vector256.Create(1f / 6));
        p = Vector256.FusedMultiplyAdd(r, p, Vector256.Create(0.5f));
        p = Vector256.FusedMultiplyAdd(r, p, Vector256<float>.One);
        p = Vector256.FusedMultiplyAdd(r, p, Vector256<float>.One);
        return p * ((Vector256.ConvertToInt32(n) + Vector256.Create(127)) << 23).AsSingle();
    }
}
