using ScottPlot;
using ScottPlot.Plottables;

namespace ChestXray.Model.Reporting;

/// <summary>One finding's ROC curves, one per model, with the line of chance.</summary>
internal static class RocPlot
{
    // Closer points than this fall on the same pixel of a small plot; a curve of 6,000 points would weigh 100 KB.
    private const double Step = 0.004;

    /// <summary>The plot; curves that are not defined are left out.</summary>
    /// <param name="models">In the order of their colours.</param>
    /// <param name="finding">The column.</param>
    /// <param name="withNames">Whether each curve carries its name and area for a legend.</param>
    public static Plot Of(IReadOnlyList<TrainedModel> models, int finding, bool withNames = false)
    {
        Plot plot = PlotLook.New("false positive rate", "true positive rate");
        LinePlot chance = plot.Add.Line(0, 0, 1, 1);
        chance.LineColor = PlotLook.Muted.WithAlpha(.6);
        chance.LineWidth = 1;
        chance.LinePattern = LinePattern.Dotted;
        for (int i = 0; i < models.Count; i++)
        {
            if (RocCurve.Of(models[i].Test, finding) is not { } curve)
                continue;
            (double[] x, double[] y) = Thin(curve);
            Scatter line = plot.Add.ScatterLine(x, y, PlotLook.Series(i));
            line.LineWidth = 1.8f;
            if (withNames)
                line.LegendText = $"{models[i].Loss} {PageText.Area(models[i].Result.PerDisease[models[i].Test.Findings[finding]].RocAuc)}";
        }

        plot.HideLegend();
        plot.Axes.SetLimits(-0.02, 1.02, -0.02, 1.02);
        double[] ticks = [0, 0.25, 0.5, 0.75, 1];
        string[] names = ["0", "", "0.5", "", "1"];
        plot.Axes.Bottom.SetTicks(ticks, names);
        plot.Axes.Left.SetTicks(ticks, names);
        return plot;
    }

    private static (double[] X, double[] Y) Thin(RocCurve curve)
    {
        List<double> x = [], y = [];
        for (int i = 0; i < curve.Count; i++)
        {
            bool far = i == 0 || curve.FalsePositiveRates[i] - x[^1] >= Step || curve.TruePositiveRates[i] - y[^1] >= Step;
            if (!far && i < curve.Count - 1)
                continue;
            x.Add(curve.FalsePositiveRates[i]);
            y.Add(curve.TruePositiveRates[i]);
        }

        return ([.. x], [.. y]);
    }
}
