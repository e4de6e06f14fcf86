using ScottPlot;
using ScottPlot.Plottables;

namespace ChestXray.Model.Reporting;

/// <summary>Each finding's share detected by the weighted model at 0.5 (across) against that of the plain model (up).</summary>
internal static class EquivalencePlot
{
    public static Plot Of(
        OperatingPoint weighted, OperatingPoint half, OperatingPoint prevalence, Func<ThresholdCounts, double?> of)
    {
        Plot plot = PlotLook.New("weighted at 0.5", "plain");
        LinePlot same = plot.Add.Line(0, 0, 1, 1);
        same.LineColor = PlotLook.Muted.WithAlpha(.6);
        same.LineWidth = 1;
        same.LinePattern = LinePattern.Dotted;
        Add(plot, weighted, half, of, MarkerShape.OpenCircle);
        Add(plot, weighted, prevalence, of, MarkerShape.FilledCircle);
        PlotLook.UnitSquare(plot);
        double[] ticks = [0, 0.25, 0.5, 0.75, 1];
        string[] names = ["0", "", "50", "", "100"];
        plot.Axes.Bottom.SetTicks(ticks, names);
        plot.Axes.Left.SetTicks(ticks, names);
        return plot;
    }

    private static void Add(
        Plot plot, OperatingPoint weighted, OperatingPoint plain, Func<ThresholdCounts, double?> of, MarkerShape shape)
    {
        List<double> x = [], y = [];
        foreach ((string finding, PointResult point) in weighted.PerDisease)
        {
            if (of(point.Counts) is not { } across || of(plain.PerDisease[finding].Counts) is not { } up)
                continue;
            x.Add(across / 100);
            y.Add(up / 100);
        }

        Scatter points = plot.Add.ScatterPoints(x.ToArray(), y.ToArray(), PlotLook.Series(1));
        points.MarkerShape = shape;
        points.MarkerSize = 7;
        points.MarkerLineWidth = 1.4f;
        points.MarkerLineColor = PlotLook.Series(1);
    }
}
