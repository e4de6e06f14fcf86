using ScottPlot;
using ScottPlot.Plottables;

namespace ChestXray.Model.Reporting;

/// <summary>
/// The look that all plots share. The page maps each colour to its dark twin, so plots use no colour that is not here.
/// </summary>
internal static class PlotLook
{
    /// <summary>Text.</summary>
    public static readonly Color Ink = Color.FromHex("#1B2430");

    /// <summary>Axes, labels, the line of chance.</summary>
    public static readonly Color Muted = Color.FromHex("#5B6675");

    /// <summary>Grid lines.</summary>
    public static readonly Color Grid = Color.FromHex("#E3E7EC");

    private static readonly Color[] _series =
        [Color.FromHex("#1F6FB2"), Color.FromHex("#C2571A"), Color.FromHex("#4C8B3F"), Color.FromHex("#8A4FA3"),
        Color.FromHex("#0F7B7B"), Color.FromHex("#A8324A")];

    /// <summary>How many colours there are before they begin anew.</summary>
    public static int SeriesCount => _series.Length;

    /// <summary>The colour of the n-th model.</summary>
    public static Color Series(int model) => _series[model % _series.Length];

    /// <summary>A plot with two thin axes, a faint grid and no frame.</summary>
    public static Plot New(string xLabel, string yLabel, float fontSize = 11)
    {
        PlotFont.Register();
        Plot plot = new();
        plot.FigureBackground.Color = Colors.Transparent;
        plot.DataBackground.Color = Colors.Transparent;
        plot.Grid.MajorLineColor = Grid;
        plot.Axes.Top.IsVisible = false;
        plot.Axes.Right.IsVisible = false;
        plot.Axes.Color(Muted);
        foreach (IAxis axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.TickLabelStyle.FontName = PlotFont.Family;
            axis.TickLabelStyle.FontSize = fontSize;
            axis.MajorTickStyle.Length = 3;
            axis.MinorTickStyle.Length = 0;
            axis.FrameLineStyle.Color = Grid;
            axis.MajorTickStyle.Color = Grid;
        }

        Label(plot.Axes.Bottom.Label, xLabel, fontSize);
        Label(plot.Axes.Left.Label, yLabel, fontSize);
        return plot;
    }

    /// <summary>Both axes from 0 to 1, with few ticks and no legend.</summary>
    public static Plot UnitSquare(Plot plot)
    {
        double[] ticks = [0, 0.25, 0.5, 0.75, 1];
        string[] names = ["0", "", "0.5", "", "1"];
        plot.HideLegend();
        plot.Axes.SetLimits(-0.03, 1.05, -0.03, 1.06);
        plot.Axes.Bottom.SetTicks(ticks, names);
        plot.Axes.Left.SetTicks(ticks, names);
        return plot;
    }

    /// <summary>Gives a plot a white ground and a title, for a picture outside the page.</summary>
    public static Plot Titled(Plot plot, string title)
    {
        plot.FigureBackground.Color = Colors.White;
        plot.Title(title, 14);
        plot.Axes.Title.Label.FontName = PlotFont.Family;
        plot.Axes.Title.Label.Bold = true;
        plot.Axes.Title.Label.ForeColor = Ink;
        return plot;
    }

    /// <summary>Shows the legend in the lower right, without a frame.</summary>
    public static void ShowLegend(Plot plot, Alignment alignment = Alignment.LowerRight)
    {
        plot.ShowLegend(alignment);
        plot.Legend.FontName = PlotFont.Family;
        plot.Legend.FontSize = 11;
        plot.Legend.FontColor = Ink;
        plot.Legend.OutlineColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.White.WithAlpha(.8);
        plot.Legend.ShadowColor = Colors.Transparent;
    }

    private static void Label(LabelStyle style, string text, float fontSize)
    {
        style.Text = text;
        style.FontName = PlotFont.Family;
        style.FontSize = fontSize;
        style.Bold = false;
        style.ForeColor = Muted;
        style.IsVisible = text.Length > 0;
    }

    /// <summary>A dotted line to compare curves with.</summary>
    public static void AddDotted(Plot plot, double x, double y, double toX, double toY)
    {
        LinePlot line = plot.Add.Line(x, y, toX, toY);
        line.LineColor = Muted.WithAlpha(.6);
        line.LineWidth = 1;
        line.LinePattern = LinePattern.Dotted;
    }
}
