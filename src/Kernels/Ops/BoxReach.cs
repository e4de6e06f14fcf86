namespace ChestXray.Kernels.Ops;

/// <summary>
/// Row after row of a box, the columns that a sample's taps touch: a turned sample leaves the box's corners alone.
/// </summary>
/// <remarks>
/// A source point belongs to the sample where the inverse map sends it into [0, width - 1] x [0, height - 1]: two strips, whose
/// crossing with a row are two intervals. Each is widened by its own slope over the row's height, so the result contains all
/// that is touched.
/// </remarks>
internal struct BoxReach
{
    private const double Slack = 2;

    private double _from0, _to0, _from1, _to1;
    private readonly double _step0, _step1;

    public BoxReach(in BoxPlan plan, in FixedMatrix m, int outputWidth, int outputHeight)
    {
        const double One = 1L << 32;
        Matrix2x3 inverse = new Matrix2x3(m.A / One, m.B / One, m.C / One, m.D / One, m.E / One, m.F / One).Inverse();
        (_from0, _to0, _step0) = Strip(inverse.A, inverse.B, inverse.C, outputWidth - 1, plan);
        (_from1, _to1, _step1) = Strip(inverse.D, inverse.E, inverse.F, outputHeight - 1, plan);
    }

    /// <summary>The touched columns [From, To) of the next row, within [0, width].</summary>
    public (int From, int To) Next(int width)
    {
        int from = (int)Math.Clamp(Math.Max(_from0, _from1), 0, width), to = (int)Math.Clamp(Math.Min(_to0, _to1), 0, width);
        _from0 += _step0;
        _to0 += _step0;
        _from1 += _step1;
        _to1 += _step1;
        return (from, Math.Max(from, to));
    }

    /// <summary>
    /// The columns of the box's first row where 0 &lt;= a x + b y + c &lt;= last, and what a row further down adds.
    /// </summary>
    private static (double From, double To, double Step) Strip(double a, double b, double c, double last, in BoxPlan plan)
    {
        // A strip that runs along the rows bounds no columns.
        if (Math.Abs(a) < 1e-3 * Math.Abs(b) || Math.Abs(a) < 1e-9)
            return (0, plan.Width, 0);
        double step = -b / a, atTop = (step * plan.Top) - (c / a) - plan.Left, extent = last / a;
        double from = atTop + Math.Min(extent, 0) + Math.Min(step, 0), to = atTop + Math.Max(extent, 0) + Math.Max(step, 0);
        double slack = Slack + (0.01 * Math.Abs(step));
        return (from - slack, to + slack + 1, step);
    }
}
