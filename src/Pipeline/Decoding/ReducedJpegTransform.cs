using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// JPEG's inverse transform of one block to 4 x 4, 2 x 2 or 1 x 1 pixels, as libjpeg does it for smaller images: a block's
/// mean, or its low frequencies alone. To the bit as its `jidctred.c` for every honest file.
/// </summary>
internal static unsafe class ReducedJpegTransform
{
    private const int FractionBits = 13;
    private const int FirstPassBits = 2;

    /// <summary>Transforms a block to levels.</summary>
    /// <param name="block">64 values in natural order, already times their quanta.</param>
    /// <param name="isFlat">Whether the first value is the only one.</param>
    /// <param name="side">4, 2 or 1.</param>
    /// <param name="pixels">The first of <paramref name="side"/> rows of as many levels.</param>
    /// <param name="stride">Bytes from row to row.</param>
    public static void Block(short* block, bool isFlat, int side, byte* pixels, nint stride)
    {
        if (isFlat)
            Flat(Level((block[0] + 4) >> 3), side, pixels, stride);
        else if (side == 4)
            Four(block, pixels, stride);
        else
            Two(block, pixels, stride);
    }

    // What both transforms make of a mean alone.
    private static void Flat(byte level, int side, byte* pixels, nint stride)
    {
        for (int y = 0; y < side; y++)
            new Span<byte>(pixels + (y * stride), side).Fill(level);
    }

    private static void Four(short* block, byte* pixels, nint stride)
    {
        Vector256<int> even = Row(block, 0) << (FractionBits + 1);
        Vector256<int> r1 = Row(block, 1), r3 = Row(block, 3), r5 = Row(block, 5), r7 = Row(block, 7);
        Vector256<int> second = (Row(block, 2) * 15137) - (Row(block, 6) * 6270);
        Vector256<int> odd0 = (r5 * 11893) - (r7 * 1730) - (r3 * 17799) + (r1 * 8697);
        Vector256<int> odd2 = (r3 * 7373) - (r7 * 4176) - (r5 * 4926) + (r1 * 20995);
        Vector256<int> low = even + second, high = even - second, round = Vector256.Create(1 << (FractionBits - FirstPassBits));
        const int shift = FractionBits - FirstPassBits + 1;
        Vector256<int> w0 = (low + odd2 + round) >> shift, w3 = (low - odd2 + round) >> shift;
        Vector256<int> w1 = (high + odd0 + round) >> shift, w2 = (high - odd0 + round) >> shift;
        Transpose(w0.GetLower(), w1.GetLower(), w2.GetLower(), w3.GetLower(),
            out Vector128<int> c0, out Vector128<int> c1, out Vector128<int> c2, out Vector128<int> c3);
        Transpose(w0.GetUpper(), w1.GetUpper(), w2.GetUpper(), w3.GetUpper(), out _,
            out Vector128<int> c5, out Vector128<int> c6, out Vector128<int> c7);
        FourRows(c0, c1, c2, c3, c5, c6, c7, pixels, stride);
    }

    // The second pass: one row of the block in each lane.
    private static void FourRows(
        Vector128<int> c0, Vector128<int> c1, Vector128<int> c2, Vector128<int> c3, Vector128<int> c5, Vector128<int> c6, Vector128<int> c7,
        byte* pixels, nint stride)
    {
        const int shift = FractionBits + FirstPassBits + 3 + 1;
        Vector128<int> round = Vector128.Create((1 << (shift - 1)) + (128 << shift));
        Vector128<int> even = (c0 << (FractionBits + 1)) + round, second = (c2 * 15137) - (c6 * 6270);
        Vector128<int> odd0 = (c5 * 11893) - (c7 * 1730) - (c3 * 17799) + (c1 * 8697);
        Vector128<int> odd2 = (c3 * 7373) - (c7 * 4176) - (c5 * 4926) + (c1 * 20995);
        Vector128<int> low = even + second, high = even - second;
        Transpose(
            (low + odd2) >> shift, (high + odd0) >> shift, (high - odd0) >> shift, (low - odd2) >> shift,
            out Vector128<int> p0, out Vector128<int> p1, out Vector128<int> p2, out Vector128<int> p3);
        Vector128<byte> levels = Sse2.PackUnsignedSaturate(Sse2.PackSignedSaturate(p0, p1), Sse2.PackSignedSaturate(p2, p3));
        Vector128<uint> rows = levels.AsUInt32();
        for (int y = 0; y < 4; y++)
            Unsafe.WriteUnaligned(pixels + (y * stride), rows.GetElement(y));
    }

    private static void Two(short* block, byte* pixels, nint stride)
    {
        const int shift = FractionBits - FirstPassBits + 2;
        Vector256<int> even = Row(block, 0) << (FractionBits + 2);
        Vector256<int> odd = (Row(block, 1) * 29692) - (Row(block, 3) * 10426) + (Row(block, 5) * 6967) - (Row(block, 7) * 5906);
        Vector256<int> round = Vector256.Create(1 << (shift - 1));
        TwoRows((even + odd + round) >> shift, (even - odd + round) >> shift, pixels, stride);
    }

    // The second pass: both rows' sums side by side, then sum and difference of each.
    private static void TwoRows(Vector256<int> top, Vector256<int> bottom, byte* pixels, nint stride)
    {
        const int shift = FractionBits + FirstPassBits + 3 + 2;
        Vector256<int> factors = Vector256.Create(0, 29692, 0, -10426, 0, 6967, 0, -5906);
        Vector256<int> sums = Avx2.HorizontalAdd(top * factors, bottom * factors);
        Vector128<int> odd = sums.GetLower() + sums.GetUpper();
        odd = Ssse3.HorizontalAdd(odd, odd);
        Vector128<int> even = (Sse2.UnpackLow(top.GetLower(), bottom.GetLower()) << (FractionBits + 2)) +
            Vector128.Create((1 << (shift - 1)) + (128 << shift));
        Vector128<int> levels = Sse2.UnpackLow(even + odd, even - odd) >> shift;
        uint four = Sse2.PackUnsignedSaturate(Sse2.PackSignedSaturate(levels, levels), Vector128<short>.Zero).AsUInt32()
            .ToScalar();
        Unsafe.WriteUnaligned(pixels, (ushort)four);
        Unsafe.WriteUnaligned(pixels + stride, (ushort)(four >> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Row(short* block, int row) => Avx2.ConvertToVector256Int32(Vector128.Load(block + (8 * row)));

    private static byte Level(int value) => (byte)Math.Clamp(value + 128, 0, 255);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        Vector128<int> r0, Vector128<int> r1, Vector128<int> r2, Vector128<int> r3,
        out Vector128<int> c0, out Vector128<int> c1, out Vector128<int> c2, out Vector128<int> c3)
    {
        Vector128<long> low01 = Sse2.UnpackLow(r0, r1).AsInt64(), high01 = Sse2.UnpackHigh(r0, r1).AsInt64();
        Vector128<long> low23 = Sse2.UnpackLow(r2, r3).AsInt64(), high23 = Sse2.UnpackHigh(r2, r3).AsInt64();
        (c0, c1) = (Sse2.UnpackLow(low01, low23).AsInt32(), Sse2.UnpackHigh(low01, low23).AsInt32());
        (c2, c3) = (Sse2.UnpackLow(high01, high23).AsInt32(), Sse2.UnpackHigh(high01, high23).AsInt32());
    }
}
