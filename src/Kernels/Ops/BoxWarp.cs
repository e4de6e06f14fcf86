using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// The bilinear pass over a box that <see cref="BoxBuilder"/> filled: gather, blend, standardise, write. Long because each
/// width of vector is written out.
/// </summary>
/// <remarks>
/// Per pixel one gather brings (top left, bottom left, top right, bottom right). The columns are blended exactly in integers
/// with a 15-bit weight (vpmaddwd of (w - 2^15, -w), so that both factors fit 16 bits; the sum is negative), the rows in float,
/// and standardising is one more multiply-add. The weight is rounded: at most 2^-16 of the taps' difference off. A sample must
/// have at least as many columns as the vector has lanes; the last vector of a row overlaps the one before.
/// </remarks>
internal static unsafe class BoxWarp
{
    /// <summary>Columns between two exact coordinates, which bounds what rounded steps can add up to.</summary>
    private const int Run = 256;

    private const int Bits = BoxPlan.Bits, Fraction = (1 << Bits) - 1, WeightShift = Bits - 15, WeightMask = 0x7FFF;

    /// <param name="box">The filled box: its first row's first column.</param>
    /// <param name="plan">Its place and size.</param>
    /// <param name="m">The sample's matrix.</param>
    /// <param name="scale">1 / deviation.</param>
    /// <param name="offset">-mean / deviation.</param>
    /// <param name="output">First float of the sample.</param>
    /// <param name="width">Columns of the sample, at least 16.</param>
    /// <param name="height">Rows of the sample.</param>
    public static void Wide512(
        byte* box, in BoxPlan plan, in FixedMatrix m, float scale, float offset, float* output, int width, int height)
    {
        BoxWalk walk = new(plan, m);
        int whole = width & ~15;
        for (int y = 0; y < height; y++, output += width)
        {
            for (int x = 0; x < whole; x += Run)
                Row512(box, plan.Stride, walk, x, y, scale, offset, output + x, Math.Min(Run, whole - x));
            if (whole < width)
                Row512(box, plan.Stride, walk, width - 16, y, scale, offset, output + width - 16, 16);
        }
    }

    /// <summary>As <see cref="Wide512"/> with 8 lanes; <paramref name="width"/> is at least 8.</summary>
    public static void Wide256(
        byte* box, in BoxPlan plan, in FixedMatrix m, float scale, float offset, float* output, int width, int height)
    {
        BoxWalk walk = new(plan, m);
        int whole = width & ~7;
        for (int y = 0; y < height; y++, output += width)
        {
            for (int x = 0; x < whole; x += Run)
                Row256(box, plan.Stride, walk, x, y, scale, offset, output + x, Math.Min(Run, whole - x));
            if (whole < width)
                Row256(box, plan.Stride, walk, width - 8, y, scale, offset, output + width - 8, 8);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Row512(
        byte* box, int stride, in BoxWalk walk, int column, int row, float scale, float offset, float* output, int count)
    {
        Vector512<int> x = Vector512.Create(walk.StartX(column, row)) + Vector512.LoadUnsafe(in walk.OffsetsX);
        Vector512<int> y = Vector512.Create(walk.StartY(column, row)) + Vector512.LoadUnsafe(in walk.OffsetsY);
        Vector512<int> stepX = Vector512.Create(walk.OffsetX(16)), stepY = Vector512.Create(walk.OffsetY(16));
        Vector512<short> strides = Vector512.Create(stride / 2).AsInt16();
        Vector512<float> scales = Vector512.Create(scale * (-1f / 32768)), offsets = Vector512.Create(offset);
        for (float* end = output + count; output < end; output += 16)
        {
            Vector512<int> index = Avx512BW.MultiplyAddAdjacent((y >>> Bits).AsInt16(), strides) + (x >>> Bits);
            Vector512<int> taps = Vector512.Create(Gather(box, index.GetLower()), Gather(box, index.GetUpper()));
            Vector512<int> weight = (x >>> WeightShift) & Vector512.Create(WeightMask);
            Vector512<short> weights = ((weight | Vector512.Create(0x8000)) - (weight << 16)).AsInt16();
            Vector512<int> top = Avx512BW.MultiplyAddAdjacent((taps & Vector512.Create(0x00FF00FF)).AsInt16(), weights);
            Vector512<int> bottom = Avx512BW.MultiplyAddAdjacent((taps.AsInt16() >>> 8), weights);
            Vector512<float> down = Vector512.ConvertToSingle(y & Vector512.Create(Fraction)) * (1f / (1 << Bits));
            Vector512<float> value = Vector512.FusedMultiplyAdd(
                Vector512.ConvertToSingle(bottom - top), down, Vector512.ConvertToSingle(top));
            Vector512.FusedMultiplyAdd(value, scales, offsets).Store(output);
            x += stepX;
            y += stepY;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Row256(
        byte* box, int stride, in BoxWalk walk, int column, int row, float scale, float offset, float* output, int count)
    {
        Vector256<int> x = Vector256.Create(walk.StartX(column, row)) + Vector256.LoadUnsafe(in walk.OffsetsX);
        Vector256<int> y = Vector256.Create(walk.StartY(column, row)) + Vector256.LoadUnsafe(in walk.OffsetsY);
        Vector256<int> stepX = Vector256.Create(walk.OffsetX(8)), stepY = Vector256.Create(walk.OffsetY(8));
        Vector256<short> strides = Vector256.Create(stride / 2).AsInt16();
        Vector256<float> scales = Vector256.Create(scale * (-1f / 32768)), offsets = Vector256.Create(offset);
        for (float* end = output + count; output < end; output += 8)
        {
            Vector256<int> taps = Gather(box, Avx2.MultiplyAddAdjacent((y >>> Bits).AsInt16(), strides) + (x >>> Bits));
            Vector256<int> weight = (x >>> WeightShift) & Vector256.Create(WeightMask);
            Vector256<short> weights = ((weight | Vector256.Create(0x8000)) - (weight << 16)).AsInt16();
            Vector256<int> top = Avx2.MultiplyAddAdjacent((taps & Vector256.Create(0x00FF00FF)).AsInt16(), weights);
            Vector256<int> bottom = Avx2.MultiplyAddAdjacent((taps.AsInt16() >>> 8), weights);
            Vector256<float> down = Vector256.ConvertToSingle(y & Vector256.Create(Fraction)) * (1f / (1 << Bits));
            Vector256<float> value = Vector256.FusedMultiplyAdd(
                Vector256.ConvertToSingle(bottom - top), down, Vector256.ConvertToSingle(top));
            Vector256.FusedMultiplyAdd(value, scales, offsets).Store(output);
            x += stepX;
            y += stepY;
        }
    }

    /// <summary>Masked with a zero source: the plain gather waits for the old value of its destination.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Gather(byte* box, Vector256<int> index) =>
        Avx2.GatherMaskVector256(Vector256<int>.Zero, (int*)box, index, Vector256<int>.AllBitsSet, 2);
}
