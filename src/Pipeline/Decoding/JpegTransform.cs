using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// JPEG's accurate inverse transform of one block, to the bit as libjpeg-turbo's (Loeffler, Ligtenberg and Moschytz).
/// </summary>
/// <remarks>
/// Its vector code (jidctint-avx2) adds some inputs in 16 bits and saturates between the passes. No honest file reaches those
/// limits, damaged ones do, and TensorFlow's pixels are wanted there, too; so both are done here, where 32 bits would hold
/// everything.
/// </remarks>
internal static unsafe class JpegTransform
{
    private const int FractionBits = 13;
    private const int FirstPassBits = 2;

    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>Transforms a block to levels.</summary>
    /// <param name="block">64 values in natural order, already times their quanta.</param>
    /// <param name="pixels">The first of eight rows of eight levels.</param>
    /// <param name="stride">Bytes from row to row.</param>
    public static void Block(short* block, byte* pixels, nint stride)
    {
        Vector256<int> r0 = Row(block), r1 = Row(block + 8), r2 = Row(block + 16), r3 = Row(block + 24);
        Vector256<int> r4 = Row(block + 32), r5 = Row(block + 40), r6 = Row(block + 48), r7 = Row(block + 56);
        Pass(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, FractionBits - FirstPassBits);
        (r0, r1, r2, r3) = (Saturate(r0), Saturate(r1), Saturate(r2), Saturate(r3));
        (r4, r5, r6, r7) = (Saturate(r4), Saturate(r5), Saturate(r6), Saturate(r7));
        Transpose(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        Pass(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, FractionBits + FirstPassBits + 3);
        Transpose(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        Store(r0, r1, pixels, stride);
        Store(r2, r3, pixels + (2 * stride), stride);
        Store(r4, r5, pixels + (4 * stride), stride);
        Store(r6, r7, pixels + (6 * stride), stride);
    }

    /// <summary>Transforms a block that has only its first value: one level all over.</summary>
    public static void Flat(int first, byte* pixels, nint stride)
    {
        ulong row = (byte)Math.Clamp((((short)(first << FirstPassBits) + 16) >> 5) + 128, 0, 255) * 0x0101010101010101ul;
        for (int y = 0; y < 8; y++)
            Unsafe.WriteUnaligned(pixels + (y * stride), row);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Row(short* row) => Avx2.ConvertToVector256Int32(Vector128.Load(row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Wrap(Vector256<int> sum) => (sum << 16) >> 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Saturate(Vector256<int> value) =>
        Vector256.Min(Vector256.Max(value, Vector256.Create((int)short.MinValue)), Vector256.Create((int)short.MaxValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<int> upper, Vector256<int> lower, byte* pixels, nint stride)
    {
        Vector256<int> centre = Vector256.Create(128);
        Vector256<short> both = Avx2.PackSignedSaturate(upper + centre, lower + centre);
        Vector256<byte> levels = Avx2.PackUnsignedSaturate(both, both);
        ulong low = levels.GetLower().AsUInt64().ToScalar(), high = levels.GetUpper().AsUInt64().ToScalar();
        Unsafe.WriteUnaligned(pixels, (uint)low | (high << 32));
        Unsafe.WriteUnaligned(pixels + stride, (low >> 32) | (high & 0xFFFFFFFF00000000));
    }

    // Eight one-dimensional transforms, one per lane; names and order are libjpeg's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pass(
        ref Vector256<int> r0, ref Vector256<int> r1, ref Vector256<int> r2, ref Vector256<int> r3,
        ref Vector256<int> r4, ref Vector256<int> r5, ref Vector256<int> r6, ref Vector256<int> r7, int shift)
    {
        Vector256<int> round = Vector256.Create(1 << (shift - 1));
        Vector256<int> z1 = (r2 + r6) * 4433;
        Vector256<int> even2 = z1 - (r6 * 15137), even3 = z1 + (r2 * 6270);
        Vector256<int> even0 = (Wrap(r0 + r4) << FractionBits) + round, even1 = (Wrap(r0 - r4) << FractionBits) + round;
        Vector256<int> tmp10 = even0 + even3, tmp13 = even0 - even3, tmp11 = even1 + even2, tmp12 = even1 - even2;

        Vector256<int> z3 = Wrap(r7 + r3), z4 = Wrap(r5 + r1);
        Vector256<int> z5 = (z3 + z4) * 9633;
        Vector256<int> y1 = (r7 + r1) * 7373, y2 = (r5 + r3) * 20995;
        z3 = z5 - (z3 * 16069);
        z4 = z5 - (z4 * 3196);
        Vector256<int> odd0 = (r7 * 2446) - y1 + z3, odd1 = (r5 * 16819) - y2 + z4;
        Vector256<int> odd2 = (r3 * 25172) - y2 + z3, odd3 = (r1 * 12299) - y1 + z4;

        (r0, r7) = ((tmp10 + odd3) >> shift, (tmp10 - odd3) >> shift);
        (r1, r6) = ((tmp11 + odd2) >> shift, (tmp11 - odd2) >> shift);
        (r2, r5) = ((tmp12 + odd1) >> shift, (tmp12 - odd1) >> shift);
        (r3, r4) = ((tmp13 + odd0) >> shift, (tmp13 - odd0) >> shift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        ref Vector256<int> r0, ref Vector256<int> r1, ref Vector256<int> r2, ref Vector256<int> r3,
        ref Vector256<int> r4, ref Vector256<int> r5, ref Vector256<int> r6, ref Vector256<int> r7)
    {
        Quarters(r0, r1, r2, r3, out Vector256<long> a0, out Vector256<long> a1, out Vector256<long> a2, out Vector256<long> a3);
        Quarters(r4, r5, r6, r7, out Vector256<long> b0, out Vector256<long> b1, out Vector256<long> b2, out Vector256<long> b3);
        (r0, r4) = (Avx2.Permute2x128(a0, b0, 0x20).AsInt32(), Avx2.Permute2x128(a0, b0, 0x31).AsInt32());
        (r1, r5) = (Avx2.Permute2x128(a1, b1, 0x20).AsInt32(), Avx2.Permute2x128(a1, b1, 0x31).AsInt32());
        (r2, r6) = (Avx2.Permute2x128(a2, b2, 0x20).AsInt32(), Avx2.Permute2x128(a2, b2, 0x31).AsInt32());
        (r3, r7) = (Avx2.Permute2x128(a3, b3, 0x20).AsInt32(), Avx2.Permute2x128(a3, b3, 0x31).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(
        Vector256<int> r0, Vector256<int> r1, Vector256<int> r2, Vector256<int> r3,
        out Vector256<long> c0, out Vector256<long> c1, out Vector256<long> c2, out Vector256<long> c3)
    {
        Vector256<long> low01 = Avx2.UnpackLow(r0, r1).AsInt64(), high01 = Avx2.UnpackHigh(r0, r1).AsInt64();
        Vector256<long> low23 = Avx2.UnpackLow(r2, r3).AsInt64(), high23 = Avx2.UnpackHigh(r2, r3).AsInt64();
        (c0, c1) = (Avx2.UnpackLow(low01, low23), Avx2.UnpackHigh(low01, low23));
        (c2, c3) = (Avx2.UnpackLow(high01, high23), Avx2.UnpackHigh(high01, high23));
    }
}
