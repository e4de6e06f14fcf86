using ScottPlot;
using ScottPlot.Plottables;

namespace ChestXray.Model.Reporting;

/// <summary>One measure of one training run over its epochs: train faint, validation strong, the tested epoch marked.</summary>
internal static class TrainingPlot
{
    /// <summary>What is shown, in this order.</summary>
    public static readonly IReadOnlyList<(string Name, Func<SetMetrics, double> Of)> Measures =
    [
        ("Loss", metrics => metrics.Loss),
        ("Accuracy", metrics => metrics.BinaryAccuracy),
        ("Precision", metrics => metrics.Precision),
        ("Recall", metrics => metrics.Recall),
        ("AUC (Keras)", metrics => metrics.Auc),
    ];

    /// <summary>The plot; values that are not finite leave a gap.</summary>
    public static Plot Of(TrainedModel model, Func<SetMetrics, double> measure, Color color)
    {
        Plot plot = PlotLook.New("epoch", "");
        double[] epochs = [.. model.History.Select(epoch => epoch.Epoch + 1.0)];
        double[] train = [.. model.History.Select(epoch => Finite(measure(epoch.Train)))];
        double[] validation = [.. model.History.Select(epoch => Finite(measure(epoch.Validation)))];
        if (model.BestEpoch >= 0)
        {
            VerticalLine best = plot.Add.VerticalLine(model.BestEpoch + 1, 1, PlotLook.Muted.WithAlpha(.7), LinePattern.Dotted);
            best.ExcludeFromLegend = true;
        }

        Add(plot, epochs, train, color.WithAlpha(.45), 1.6f, "train");
        Add(plot, epochs, validation, color, 2.2f, "validation");
        plot.HideLegend();
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            IntegerTicksOnly = true,
            TargetTickCount = 5,
        };
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TargetTickCount = 4 };
        plot.Axes.Margins(.04, .12);
        plot.Axes.AutoScale();
        return plot;
    }

    private static void Add(Plot plot, double[] epochs, double[] values, Color color, float width, string name)
    {
        Scatter line = plot.Add.Scatter(epochs, values, color);
        line.LineWidth = width;
        // A run of one epoch has no line: its point must still be seen.
        line.MarkerSize = epochs.Length == 1 ? 7 : epochs.Length <= 12 ? 4 : 0;
        line.LegendText = name;
    }

    private static double Finite(double value) => double.IsFinite(value) ? value : double.NaN;
}
