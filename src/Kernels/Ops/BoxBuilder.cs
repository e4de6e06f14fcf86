using System.Runtime.Intrinsics;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// Copies what one sample touches of its box, with the border filled in and with the bytes of rows y and y + 1 interleaved, so
/// that the pass needs no border code and one 32-bit load brings all four taps of a pixel.
/// </summary>
internal static unsafe class BoxBuilder
{
    /// <param name="source">First pixel of the record.</param>
    /// <param name="width">Columns of the record.</param>
    /// <param name="height">Rows of the record.</param>
    /// <param name="border">Any but <see cref="Border.Wrap"/>, whose blending is not one of taps.</param>
    /// <param name="fill">The constant of <see cref="Border.Constant"/>.</param>
    /// <param name="plan">The box.</param>
    /// <param name="reach">Which columns of each row the sample touches.</param>
    /// <param name="columns">Scratch of plan.Width ints.</param>
    /// <param name="blank">A row of <paramref name="width"/> bytes, all of them <paramref name="fill"/>.</param>
    /// <param name="box">The box's first row's first column.</param>
    public static void Build(
        byte* source, int width, int height, Border border, byte fill, in BoxPlan plan, BoxReach reach, int* columns, byte* blank,
        byte* box)
    {
        int first = Math.Clamp(-plan.Left, 0, plan.Width), end = Math.Clamp(width - plan.Left, first, plan.Width);
        bool bounce = border == Border.Reflect && end - first >= Math.Max(first, plan.Width - end) + 32;
        for (int x = 0; x < plan.Width && !bounce; x++)
            columns[x] = BorderMap.Index(plan.Left + x, width, border);
        byte* upper = Row(source, width, height, plan.Top, border, blank);
        for (int y = 0; y < plan.Height; y++)
        {
            byte* lower = Row(source, width, height, plan.Top + y + 1, border, blank);
            ushort* pairs = (ushort*)(box + ((long)y * plan.Stride));
            (int from, int to) = reach.Next(plan.Width);
            int inFrom = Math.Max(from, first), inTo = Math.Min(to, end);
            if (bounce)
            {
                // The border is the row's own reflection: its inner part must reach as far in as the border does out.
                inFrom = Math.Min(inFrom, (2 * end) - to);
                inTo = Math.Max(inTo, (2 * first) - from);
            }

            Interleave(upper + plan.Left, lower + plan.Left, pairs, Math.Max(inFrom, first), Math.Min(inTo, end));
            if (bounce)
            {
                MirrorLeft(pairs + first, first - from);
                MirrorRight(pairs + end, to - end);
            }
            else
            {
                GatherPairs(upper, lower, pairs, columns, from, Math.Min(first, to), fill);
                GatherPairs(upper, lower, pairs, columns, Math.Max(end, from), to, fill);
            }

            upper = lower;
        }
    }

    private static byte* Row(byte* source, int width, int height, int y, Border border, byte* blank)
    {
        int row = BorderMap.Index(y, height, border);
        return row < 0 ? blank : source + ((long)row * width);
    }

    /// <summary>Columns [from, to); the last vector overlaps the one before, as nothing beyond may be read.</summary>
    private static void Interleave(byte* upper, byte* lower, ushort* pairs, int from, int to)
    {
        if (Vector256.IsHardwareAccelerated && to - from >= 16)
        {
            for (int x = from; x < to; x += 16)
            {
                int at = Math.Min(x, to - 16);
                Vector256<ushort> top = Vector256.WidenLower(Vector128.Load(upper + at).ToVector256Unsafe());
                Vector256<ushort> bottom = Vector256.WidenLower(Vector128.Load(lower + at).ToVector256Unsafe());
                (top | (bottom << 8)).Store(pairs + at);
            }

            return;
        }

        for (int x = from; x < to; x++)
            pairs[x] = (ushort)(upper[x] | (lower[x] << 8));
    }

    /// <summary>
    /// Writes edge[-1 - i] = edge[i] for i below <paramref name="count"/>; up to 15 more, which the margin takes.
    /// </summary>
    private static void MirrorLeft(ushort* edge, int count)
    {
        for (int i = 0; i < count; i += 16)
            Reverse(Vector256.Load(edge + i)).Store(edge - 16 - i);
    }

    /// <summary>
    /// Writes edge[i] = edge[-1 - i] for i below <paramref name="count"/>; up to 15 more, which the margin takes.
    /// </summary>
    private static void MirrorRight(ushort* edge, int count)
    {
        for (int i = 0; i < count; i += 16)
            Reverse(Vector256.Load(edge - 16 - i)).Store(edge + i);
    }

    private static Vector256<ushort> Reverse(Vector256<ushort> pairs) => Vector256.Shuffle(
        pairs, Vector256.Create((ushort)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));

    private static void GatherPairs(byte* upper, byte* lower, ushort* pairs, int* columns, int from, int end, byte fill)
    {
        for (int x = from; x < end; x++)
        {
            int column = columns[x];
            pairs[x] = column < 0 ? (ushort)(fill | (fill << 8)) : (ushort)(upper[column] | (lower[column] << 8));
        }
    }
}
