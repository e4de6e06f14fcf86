namespace ChestXray.Model.Reporting;

/// <summary>Curves as a small plot needs them.</summary>
internal static class CurvePoints
{
    // Closer points than this fall on the same pixel of a small plot; a curve of 6,000 points would weigh 100 KB.
    private const double Step = 0.004;

    /// <summary>Leaves out points that lie on the one before them; the last one stays.</summary>
    public static (double[] X, double[] Y) Thin(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        List<double> keptX = [], keptY = [];
        for (int i = 0; i < x.Count; i++)
        {
            bool far = i == 0 || Math.Abs(x[i] - keptX[^1]) >= Step || Math.Abs(y[i] - keptY[^1]) >= Step;
            if (!far && i < x.Count - 1)
                continue;
            keptX.Add(x[i]);
            keptY.Add(y[i]);
        }

        return ([.. keptX], [.. keptY]);
    }
}
