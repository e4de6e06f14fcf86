using ChestXray.Model.Reporting;
using ScottPlot;

namespace ChestXray.Model;

/// <summary>A run's plots as PNG files, for a README or slides; light ground, text from this assembly's own font.</summary>
public static class ReportPictures
{
    private const int Columns = 5;

    /// <summary>Writes `roc.png` and, where the training was recorded, `training.png`.</summary>
    /// <param name="folder">Made where it is missing; files of these names are overwritten.</param>
    /// <param name="data">As for <see cref="HtmlReport"/>.</param>
    /// <returns>The paths written.</returns>
    /// <exception cref="ArgumentException">No model, or lists that do not fit the models' findings.</exception>
    /// <exception cref="IOException">A file can't be written.</exception>
    public static IReadOnlyList<string> Write(string folder, ReportData data)
    {
        ReportCheck.Refuse(data);
        Directory.CreateDirectory(folder);
        List<string> written = [Save(Path.Combine(folder, "roc.png"), data.IsPhantom, RocPlots(data))];
        TrainedModel[] recorded = [.. data.Models.Where(model => model.History.Count > 0)];
        if (recorded.Length > 0)
            written.Add(Save(Path.Combine(folder, "training.png"), data.IsPhantom, TrainingPlots(data)));
        return written;
    }

    private static List<Plot> RocPlots(ReportData data)
    {
        List<Plot> plots = [];
        for (int finding = 0; finding < data.Models[0].Test.Findings.Count; finding++)
        {
            Plot plot = PlotLook.Titled(RocPlot.Of(data.Models, finding, withNames: true),
                PageText.Finding(data.Models[0].Test.Findings[finding]));
            PlotLook.ShowLegend(plot);
            plots.Add(plot);
        }

        return plots;
    }

    private static List<Plot> TrainingPlots(ReportData data)
    {
        List<Plot> plots = [];
        for (int i = 0; i < data.Models.Count; i++)
        {
            if (data.Models[i].History.Count == 0)
                continue;
            foreach ((string name, Func<SetMetrics, double> of) in TrainingPlot.Measures)
            {
                Plot plot = PlotLook.Titled(TrainingPlot.Of(data.Models[i], of, PlotLook.Series(i)),
                    $"{name}, {data.Models[i].Loss} loss");
                PlotLook.ShowLegend(plot, name == "Loss" ? Alignment.UpperRight : Alignment.LowerRight);
                plots.Add(plot);
            }
        }

        return plots;
    }

    private static string Save(string path, bool isPhantom, List<Plot> plots)
    {
        if (isPhantom)
            plots[0].Axes.Title.Label.Text = "PHANTOM DATA: " + plots[0].Axes.Title.Label.Text;
        int rows = (plots.Count + Columns - 1) / Columns;
        Multiplot sheet = new();
        sheet.RemovePlot(sheet.GetPlot(0));
        foreach (Plot plot in plots)
            sheet.AddPlot(plot);
        sheet.Layout = new ScottPlot.MultiplotLayouts.Grid(rows, Columns);
        sheet.SavePng(path, Columns * 300, rows * 280);
        return path;
    }
}
