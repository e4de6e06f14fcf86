using ScottPlot;
using ScottPlot.Plottables;

namespace ChestXray.Model.Reporting;

/// <summary>One finding's ROC curves, one per model, with the line of chance.</summary>
internal static class RocPlot
{
    /// <summary>The plot; curves that are not defined are left out.</summary>
    /// <param name="models">In the order of their colours.</param>
    /// <param name="finding">The column.</param>
    /// <param name="withNames">Whether each curve carries its name and area for a legend.</param>
    public static Plot Of(IReadOnlyList<TrainedModel> models, int finding, bool withNames = false)
    {
        Plot plot = PlotLook.New("false positive rate", "true positive rate");
        PlotLook.AddDotted(plot, 0, 0, 1, 1);
        for (int i = 0; i < models.Count; i++)
        {
            if (RocCurve.Of(models[i].Test, finding) is not { } curve)
                continue;
            (double[] x, double[] y) = CurvePoints.Thin(curve.FalsePositiveRates, curve.TruePositiveRates);
            Scatter line = plot.Add.ScatterLine(x, y, PlotLook.Series(i));
            line.LineWidth = 1.8f;
            if (withNames)
                line.LegendText = $"{models[i].ShortName} {PageText.Area(models[i].Result.PerDisease[models[i].Test.Findings[finding]].RocAuc)}";
        }

        return PlotLook.UnitSquare(plot);
    }
}
