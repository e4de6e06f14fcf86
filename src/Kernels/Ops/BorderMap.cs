namespace ChestXray.Kernels.Ops;

/// <summary>Where a border mode sends an index or a coordinate outside [0, length).</summary>
internal static class BorderMap
{
    /// <summary>The pixel that an index reads, or -1 for the constant. Any index, length at least 1.</summary>
    public static int Index(int index, int length, Border border)
    {
        if ((uint)index < (uint)length)
            return index;
        return border switch
        {
            Border.Reflect => Fold(index, length),
            Border.Mirror => length == 1 ? 0 : FoldMirror(index, length),
            Border.Nearest => index < 0 ? 0 : length - 1,
            Border.Wrap => Modulo(index, length),
            _ => -1,
        };
    }

    /// <summary>
    /// TensorFlow's wrap of a 32.32 coordinate, its quirks included: whole lengths are counted in units of length - 1, and what
    /// then lies outside is held at the edge.
    /// </summary>
    public static long Wrap(long coordinate, int length)
    {
        long last = (long)(length - 1) << 32, period = (long)length << 32;
        if (last == 0)
            return 0;
        if (coordinate < 0)
            coordinate += period * ((-coordinate / last) + 1);
        else if (coordinate > last)
            coordinate -= period * (coordinate / last);
        return Math.Clamp(coordinate, 0, last);
    }

    private static int Fold(int index, int length)
    {
        int folded = Modulo(index, 2 * length);
        return folded < length ? folded : (2 * length) - 1 - folded;
    }

    private static int FoldMirror(int index, int length)
    {
        int folded = Modulo(index, 2 * (length - 1));
        return folded < length ? folded : (2 * (length - 1)) - folded;
    }

    private static int Modulo(int index, int period)
    {
        int rest = index % period;
        return rest < 0 ? rest + period : rest;
    }
}
