using ChestXray.Model.Reporting;
using ScottPlot;

namespace ChestXray.Model.Exploration;

/// <summary>Bars with names beside or below them, in up to six series.</summary>
internal static class BarPlot
{
    private const double Thickness = 0.8;

    /// <summary>Lying bars, the first on top.</summary>
    /// <param name="names">One for each bar.</param>
    /// <param name="series">Lists of values as long as the names.</param>
    /// <param name="xLabel">What is counted.</param>
    public static Plot Lying(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<double>> series, string xLabel)
    {
        Plot plot = PlotLook.New(xLabel, "");
        Add(plot, series, names.Count, lying: true);
        plot.Axes.Left.SetTicks([.. Enumerable.Range(0, names.Count).Select(i => (double)(names.Count - 1 - i))], [.. names]);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            TargetTickCount = 5,
            LabelFormatter = Short,
        };
        plot.Axes.SetLimits(0, Highest(series) * 1.05, -0.6, names.Count - 0.4);
        plot.Grid.YAxisStyle.IsVisible = false;
        return plot;
    }

    /// <summary>Standing bars, the first to the left.</summary>
    /// <param name="names">One for each bar.</param>
    /// <param name="series">Lists of values as long as the names.</param>
    /// <param name="xLabel">What the names are.</param>
    /// <param name="yLabel">What is counted.</param>
    public static Plot Standing(
        IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<double>> series, string xLabel, string yLabel)
    {
        Plot plot = PlotLook.New(xLabel, yLabel);
        Add(plot, series, names.Count, lying: false);
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, names.Count).Select(i => (double)i)], [.. names]);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            TargetTickCount = 5,
            LabelFormatter = Short,
        };
        plot.Axes.SetLimits(-0.6, names.Count - 0.4, 0, Highest(series) * 1.08);
        plot.Grid.XAxisStyle.IsVisible = false;
        return plot;
    }

    private static void Add(Plot plot, IReadOnlyList<IReadOnlyList<double>> series, int count, bool lying)
    {
        double width = Thickness / series.Count;
        for (int s = 0; s < series.Count; s++)
        {
            Color color = PlotLook.Series(s);
            double shift = (s - ((series.Count - 1) / 2.0)) * width * (lying ? -1 : 1);
            for (int i = 0; i < count; i++)
            {
                plot.Add.Bar(new Bar
                {
                    Position = (lying ? count - 1 - i : i) + shift,
                    Value = series[s][i],
                    Size = width * 0.92,
                    FillColor = color,
                    LineWidth = 0,
                    Orientation = lying ? Orientation.Horizontal : Orientation.Vertical,
                });
            }
        }
    }

    private static double Highest(IReadOnlyList<IReadOnlyList<double>> series) =>
        Math.Max(1e-9, series.SelectMany(values => values).DefaultIfEmpty().Max());

    private static string Short(double value) =>
        value >= 10_000 ? $"{value / 1000:0.#}k" : value.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);
}
