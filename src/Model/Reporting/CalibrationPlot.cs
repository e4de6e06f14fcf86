using ScottPlot;
using ScottPlot.Plottables;

namespace ChestXray.Model.Reporting;

/// <summary>What was said against what was so, with the 95 % interval of each bin.</summary>
internal static class CalibrationPlot
{
    /// <summary>The plot of one finding; every model in it.</summary>
    public static Plot Of(IReadOnlyList<TrainedModel> models, string finding)
    {
        Plot plot = PlotLook.New("probability said", "share that was so");
        PlotLook.AddDotted(plot, 0, 0, 1, 1);
        for (int i = 0; i < models.Count; i++)
        {
            IReadOnlyList<CalibrationBin> bins = models[i].Result.PerDisease[finding].Calibration.Bins;
            foreach (CalibrationBin bin in bins)
            {
                if (bin.Interval is not { } range)
                    continue;
                LinePlot bar = plot.Add.Line(bin.MeanProbability, range.Low, bin.MeanProbability, range.High);
                bar.LineColor = PlotLook.Series(i).WithAlpha(.4);
                bar.LineWidth = 2;
            }

            Scatter line = plot.Add.Scatter(
                bins.Select(bin => bin.MeanProbability).ToArray(), bins.Select(bin => bin.PositiveShare).ToArray(),
                PlotLook.Series(i));
            line.LineWidth = 1.4f;
            line.MarkerSize = 5;
        }

        return PlotLook.UnitSquare(plot);
    }
}
