using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// One output row of the antialiased resize: first the rows that make it, then the columns; plain, and in vectors.
/// </summary>
/// <remarks>Each path adds the same products in the same order, so that both give the same bits.</remarks>
internal static class AntialiasRow
{
    /// <summary>Mixes input rows into one row of floats, as wide as the input.</summary>
    /// <param name="grey">The image, from a row of it on.</param>
    /// <param name="firstRow">That row.</param>
    /// <param name="rows">Which rows make the output row.</param>
    /// <param name="y">The output row.</param>
    /// <param name="mixed">As many floats as the image is wide.</param>
    /// <param name="scalar">Whether vectors may not be used.</param>
    public static void Mix(ReadOnlySpan<byte> grey, int firstRow, AntialiasAxis rows, int y, Span<float> mixed, bool scalar)
    {
        int outputs = rows.Start.Length, first = (rows.Start[y] - firstRow) * mixed.Length, x = 0;
        ref byte pixels = ref MemoryMarshal.GetReference(grey);
        if (!scalar && Vector256.IsHardwareAccelerated)
        {
            for (; x + 32 <= mixed.Length; x += 32)
                MixBlock(ref pixels, first + x, mixed.Length, rows, y, mixed.Slice(x, 32));
        }

        for (; x < mixed.Length; x++)
        {
            float sum = 0;
            for (int tap = 0; tap < rows.Taps; tap++)
                sum += grey[first + (tap * mixed.Length) + x] * rows.Weights[(tap * outputs) + y];
            mixed[x] = sum;
        }
    }

    /// <summary>Mixes the columns of a mixed row into an output row.</summary>
    /// <param name="mixed">A row of the input's width.</param>
    /// <param name="columns">Which columns make each output.</param>
    /// <param name="destination">The output row.</param>
    /// <param name="scalar">Whether vectors may not be used.</param>
    public static unsafe void Gather(ReadOnlySpan<float> mixed, AntialiasAxis columns, Span<float> destination, bool scalar)
    {
        int x = 0;
        if (!scalar && Avx2.IsSupported)
        {
            fixed (float* row = mixed, weights = columns.Weights)
            fixed (int* starts = columns.Start)
            {
                for (; x + 8 <= destination.Length; x += 8)
                {
                    Vector256<float> sum = default;
                    Vector256<int> start = Vector256.Load(starts + x);
                    for (int tap = 0; tap < columns.Taps; tap++)
                    {
                        Vector256<float> taps =
                            Avx2.GatherMaskVector256(default, row + tap, start, Vector256<float>.AllBitsSet, 4);
                        sum += taps * Vector256.Load(weights + (tap * destination.Length) + x);
                    }

                    sum.StoreUnsafe(ref MemoryMarshal.GetReference(destination), (nuint)x);
                }
            }
        }

        for (; x < destination.Length; x++)
        {
            float sum = 0;
            for (int tap = 0; tap < columns.Taps; tap++)
                sum += mixed[columns.Start[x] + tap] * columns.Weights[(tap * destination.Length) + x];
            destination[x] = sum;
        }
    }

    private static void MixBlock(ref byte pixels, int first, int stride, AntialiasAxis rows, int y, Span<float> target)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        int outputs = rows.Start.Length;
        for (int tap = 0; tap < rows.Taps; tap++)
        {
            Vector256<byte> bytes = Vector256.LoadUnsafe(ref pixels, (nuint)(first + (tap * stride)));
            Vector256<float> weight = Vector256.Create(rows.Weights[(tap * outputs) + y]);
            (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(bytes);
            a += Vector256.ConvertToSingle(Vector256.WidenLower(low).AsInt32()) * weight;
            b += Vector256.ConvertToSingle(Vector256.WidenUpper(low).AsInt32()) * weight;
            c += Vector256.ConvertToSingle(Vector256.WidenLower(high).AsInt32()) * weight;
            d += Vector256.ConvertToSingle(Vector256.WidenUpper(high).AsInt32()) * weight;
        }

        a.CopyTo(target);
        b.CopyTo(target[8..]);
        c.CopyTo(target[16..]);
        d.CopyTo(target[24..]);
    }
}
