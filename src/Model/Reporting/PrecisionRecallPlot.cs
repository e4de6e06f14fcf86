using ScottPlot;
using ScottPlot.Plottables;

namespace ChestXray.Model.Reporting;

/// <summary>
/// One finding's precision-recall curves, one per model, with the line of guessing: the share of positive images.
/// </summary>
internal static class PrecisionRecallPlot
{
    /// <summary>The plot; curves that are not defined are left out.</summary>
    public static Plot Of(IReadOnlyList<TrainedModel> models, int finding)
    {
        Plot plot = PlotLook.New("recall", "precision");
        double share = models[0].Result.PerDisease[models[0].Test.Findings[finding]].Prevalence;
        PlotLook.AddDotted(plot, 0, share, 1, share);
        for (int i = 0; i < models.Count; i++)
        {
            if (PrecisionRecallCurve.Of(models[i].Test, finding) is not { } curve)
                continue;
            // The point at recall 0, where nothing is called, has no precision: scikit-learn's 1 there is a convention, and no
            // spike is drawn for it.
            (double[] x, double[] y) =
                CurvePoints.Thin([.. curve.Recalls.SkipLast(1).Reverse()], [.. curve.Precisions.SkipLast(1).Reverse()]);
            Scatter line = plot.Add.ScatterLine(x, y, PlotLook.Series(i));
            line.LineWidth = 1.8f;
        }

        return PlotLook.UnitSquare(plot);
    }
}
