using System.Runtime.Intrinsics;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// Copies the box of one sample with its border filled in and with the bytes of rows y and y + 1 interleaved, so that the pass needs no
/// border code and one 32-bit load brings all four taps of a pixel.
/// </summary>
internal static unsafe class BoxBuilder
{
    /// <param name="source">First pixel of the record.</param>
    /// <param name="width">Columns of the record.</param>
    /// <param name="height">Rows of the record.</param>
    /// <param name="border">Any but <see cref="Border.Wrap"/>, whose blending is not one of taps.</param>
    /// <param name="fill">The constant of <see cref="Border.Constant"/>.</param>
    /// <param name="plan">The box.</param>
    /// <param name="columns">Scratch of plan.Width ints.</param>
    /// <param name="blank">A row of <paramref name="width"/> bytes, all of them <paramref name="fill"/>.</param>
    /// <param name="box">plan.Bytes bytes.</param>
    public static void Build(
        byte* source, int width, int height, Border border, byte fill, in BoxPlan plan, int* columns, byte* blank, byte* box)
    {
        int first = Math.Clamp(-plan.Left, 0, plan.Width), end = Math.Clamp(width - plan.Left, first, plan.Width);
        bool local = MapColumns(columns, width, border, plan, first, end);
        byte* upper = Row(source, width, height, plan.Top, border, blank);
        for (int y = 0; y < plan.Height; y++)
        {
            byte* lower = Row(source, width, height, plan.Top + y + 1, border, blank);
            ushort* pairs = (ushort*)(box + ((long)y * plan.Stride));
            Interleave(upper + plan.Left + first, lower + plan.Left + first, pairs + first, end - first);
            if (local)
            {
                CopyPairs(pairs, columns, 0, first);
                CopyPairs(pairs, columns, end, plan.Width);
            }
            else
            {
                GatherPairs(upper, lower, pairs, columns, 0, first, fill);
                GatherPairs(upper, lower, pairs, columns, end, plan.Width, fill);
            }

            upper = lower;
        }
    }

    /// <summary>
    /// Fills in what each column reads: its source column, or, where all that the border columns read lies inside the box (true), the
    /// box's own column.
    /// </summary>
    private static bool MapColumns(int* columns, int width, Border border, in BoxPlan plan, int first, int end)
    {
        bool local = true;
        for (int x = 0; x < plan.Width; x++)
        {
            columns[x] = BorderMap.Index(plan.Left + x, width, border);
            local &= columns[x] - plan.Left >= first && columns[x] - plan.Left < end && columns[x] >= 0;
        }

        for (int x = 0; local && x < plan.Width; x++)
            columns[x] -= plan.Left;
        return local;
    }

    private static byte* Row(byte* source, int width, int height, int y, Border border, byte* blank)
    {
        int row = BorderMap.Index(y, height, border);
        return row < 0 ? blank : source + ((long)row * width);
    }

    private static void Interleave(byte* upper, byte* lower, ushort* pairs, int count)
    {
        int x = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; x <= count - 16; x += 16)
            {
                Vector256<ushort> top = Vector256.WidenLower(Vector128.Load(upper + x).ToVector256Unsafe());
                Vector256<ushort> bottom = Vector256.WidenLower(Vector128.Load(lower + x).ToVector256Unsafe());
                (top | (bottom << 8)).Store(pairs + x);
            }
        }

        for (; x < count; x++)
            pairs[x] = (ushort)(upper[x] | (lower[x] << 8));
    }

    private static void CopyPairs(ushort* pairs, int* columns, int from, int end)
    {
        for (int x = from; x < end; x++)
            pairs[x] = pairs[columns[x]];
    }

    private static void GatherPairs(byte* upper, byte* lower, ushort* pairs, int* columns, int from, int end, byte fill)
    {
        for (int x = from; x < end; x++)
        {
            int column = columns[x];
            pairs[x] = column < 0 ? (ushort)(fill | (fill << 8)) : (ushort)(upper[column] | (lower[column] << 8));
        }
    }
}
