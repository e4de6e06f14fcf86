using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// The bilinear pass over a box that <see cref="BoxBuilder"/> filled: gather, blend, standardise, write. Long because each width of
/// vector is written out.
/// </summary>
/// <remarks>
/// Per pixel one gather brings (top left, bottom left, top right, bottom right). The columns are blended exactly in integers with a
/// 15-bit weight (vpmaddwd of (w - 2^15, -w), so that both factors fit 16 bits; the sum is negative), the rows in float, and
/// standardising is one more multiply-add. The weight is rounded: at most 2^-16 of the taps' difference off. A call must have at least as
/// many columns as the vector has lanes; the last vector of a row overlaps the one before.
/// </remarks>
internal static unsafe class BoxWarp
{
    /// <summary>Vectors between two exact coordinates: bounds what a rounded step can add up to.</summary>
    private const int Run = 16;

    /// <param name="box">The filled box.</param>
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
        for (int y = 0; y < height; y++, output += width)
        {
            for (int x = 0; x < width; x += 16 * Run)
            {
                int count = Math.Min(16 * Run, width - x);
                if (count < 16)
                    Row512(box, plan.Stride, walk, width - 16, y, scale, offset, output + width - 16, 16);
                else
                    Row512(box, plan.Stride, walk, x, y, scale, offset, output + x, count);
            }
        }
    }

    /// <summary>As <see cref="Wide512"/> with 8 lanes; <paramref name="width"/> is at least 8.</summary>
    public static void Wide256(
        byte* box, in BoxPlan plan, in FixedMatrix m, float scale, float offset, float* output, int width, int height)
    {
        BoxWalk walk = new(plan, m);
        for (int y = 0; y < height; y++, output += width)
        {
            for (int x = 0; x < width; x += 8 * Run)
            {
                int count = Math.Min(8 * Run, width - x);
                if (count < 8)
                    Row256(box, plan.Stride, walk, width - 8, y, scale, offset, output + width - 8, 8);
                else
                    Row256(box, plan.Stride, walk, x, y, scale, offset, output + x, count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Row512(
        byte* box, int stride, in BoxWalk walk, int column, int row, float scale, float offset, float* output, int count)
    {
        Vector512<int> x = Vector512.Create(walk.StartX(column, row)) + Vector512.LoadUnsafe(in walk.OffsetsX);
        Vector512<int> y = Vector512.Create(walk.StartY(column, row)) + Vector512.LoadUnsafe(in walk.OffsetsY);
        Vector512<int> stepX = Vector512.Create(walk.OffsetX(16)), stepY = Vector512.Create(walk.OffsetY(16));
        Vector128<int> toInteger = Vector128.CreateScalar(walk.Bits), toWeight = Vector128.CreateScalar(walk.Bits - 15);
        Vector512<int> fraction = Vector512.Create((1 << walk.Bits) - 1), bytes = Vector512.Create(0x00FF00FF), strides = Vector512.Create(stride / 2);
        Vector512<float> unit = Vector512.Create(1f / (1 << walk.Bits));
        Vector512<float> scales = Vector512.Create(scale * (-1f / 32768)), offsets = Vector512.Create(offset);
        for (int i = 0; ;)
        {
            Vector512<int> index = Avx512BW.MultiplyAddAdjacent(Avx512F.ShiftRightLogical(y, toInteger).AsInt16(), strides.AsInt16())
                + Avx512F.ShiftRightLogical(x, toInteger);
            Vector512<int> taps = Vector512.Create(Gather(box, index.GetLower()), Gather(box, index.GetUpper()));
            Vector512<int> weight = Avx512F.ShiftRightLogical(x & fraction, toWeight);
            Vector512<short> weights = (((weight | Vector512.Create(0x8000)) - (weight << 16))).AsInt16();
            Vector512<int> top = Avx512BW.MultiplyAddAdjacent((taps & bytes).AsInt16(), weights);
            Vector512<int> bottom = Avx512BW.MultiplyAddAdjacent(((taps >>> 8) & bytes).AsInt16(), weights);
            Vector512<float> down = Vector512.ConvertToSingle(y & fraction) * unit;
            Vector512<float> value = Vector512.FusedMultiplyAdd(
                Vector512.ConvertToSingle(bottom - top), down, Vector512.ConvertToSingle(top));
            Vector512.FusedMultiplyAdd(value, scales, offsets).Store(output + i);
            if (i + 16 >= count)
                return;
            int next = Math.Min(16, count - 16 - i);
            if (next < 16)
            {
                stepX = Vector512.Create(walk.OffsetX(next));
                stepY = Vector512.Create(walk.OffsetY(next));
            }

            i += next;
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
        Vector128<int> toInteger = Vector128.CreateScalar(walk.Bits), toWeight = Vector128.CreateScalar(walk.Bits - 15);
        Vector256<int> fraction = Vector256.Create((1 << walk.Bits) - 1), bytes = Vector256.Create(0x00FF00FF), strides = Vector256.Create(stride / 2);
        Vector256<float> unit = Vector256.Create(1f / (1 << walk.Bits));
        Vector256<float> scales = Vector256.Create(scale * (-1f / 32768)), offsets = Vector256.Create(offset);
        for (int i = 0; ;)
        {
            Vector256<int> index = Avx2.MultiplyAddAdjacent(Avx2.ShiftRightLogical(y, toInteger).AsInt16(), strides.AsInt16())
                + Avx2.ShiftRightLogical(x, toInteger);
            Vector256<int> taps = Gather(box, index);
            Vector256<int> weight = Avx2.ShiftRightLogical(x & fraction, toWeight);
            Vector256<short> weights = (((weight | Vector256.Create(0x8000)) - (weight << 16))).AsInt16();
            Vector256<int> top = Avx2.MultiplyAddAdjacent((taps & bytes).AsInt16(), weights);
            Vector256<int> bottom = Avx2.MultiplyAddAdjacent(((taps >>> 8) & bytes).AsInt16(), weights);
            Vector256<float> down = Vector256.ConvertToSingle(y & fraction) * unit;
            Vector256<float> value = Vector256.FusedMultiplyAdd(
                Vector256.ConvertToSingle(bottom - top), down, Vector256.ConvertToSingle(top));
            Vector256.FusedMultiplyAdd(value, scales, offsets).Store(output + i);
            if (i + 8 >= count)
                return;
            int next = Math.Min(8, count - 8 - i);
            if (next < 8)
            {
                stepX = Vector256.Create(walk.OffsetX(next));
                stepY = Vector256.Create(walk.OffsetY(next));
            }

            i += next;
            x += stepX;
            y += stepY;
        }
    }

    /// <summary>Masked with a zero source: the plain gather waits for the old value of its destination.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Gather(byte* box, Vector256<int> index) =>
        Avx2.GatherMaskVector256(Vector256<int>.Zero, (int*)box, index, Vector256<int>.AllBitsSet, 2);
}
