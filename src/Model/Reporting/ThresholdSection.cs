using System.Globalization;
using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>What is gained by thresholds that were chosen on the validation set; nothing where no model has them.</summary>
internal static class ThresholdSection
{
    public static string Render(ReportData data)
    {
        StringBuilder tables = new();
        for (int i = 0; i < data.Models.Count; i++)
        {
            if (data.Models[i].Result.OperatingPoints.TryGetValue(ChosenThresholds.Validation, out OperatingPoint? point))
                tables.Append(Model(data.Models[i], point, i));
        }

        return tables.Length == 0
            ? ""
            : "<section id=\"thresholds\">\n<h2>Thresholds chosen on the validation set</h2>\n" +
                "<p class=\"muted\">For each finding the threshold with the highest F1 on the validation set, then measured on the test set, whose " +
                "labels had no part in the choice. A threshold tuned on the images that it is measured on makes every figure here too good.</p>\n" +
                tables + "</section>";
    }

    private static string Model(TrainedModel model, OperatingPoint chosen, int index)
    {
        OperatingPoint half = model.Result.OperatingPoints[Evaluator.Half];
        StringBuilder text = new(
            $"<h3><span class=\"key c{PageParts.Color(index)}\"><i></i>{ReportPage.Safe(model.Name)}</span></h3>\n");
        if (chosen.PatientsSharedWithChoice > 0)
            text.Append($"<p class=\"banner\"><b>Too good:</b> {chosen.PatientsSharedWithChoice} test patients took part in this choice.</p>\n");
        text.Append(PageParts.OpenTable($"Chosen thresholds, {model.Name}"));
        text.Append("<thead><tr><th scope=\"col\">finding</th><th scope=\"col\">threshold</th><th scope=\"col\">precision</th><th scope=\"col\">recall</th>" +
            "<th scope=\"col\">F1</th><th scope=\"col\">F1 at 0.5</th><th scope=\"col\">negative images detected</th></tr></thead>\n<tbody>\n");
        foreach ((string name, PointResult point) in chosen.PerDisease)
            text.Append(Row(PageText.Finding(name), point, half.PerDisease[name]));
        return text.Append("</tbody>\n<tfoot>").Append(Row("all findings together", chosen.All, half.All))
            .Append("</tfoot></table></div>\n").ToString();
    }

    private static string Row(string name, PointResult point, PointResult half) =>
        $"<tr><th scope=\"row\">{name}</th><td>{point.Threshold?.ToString("0.000", CultureInfo.InvariantCulture) ?? ""}</td>" +
        PageParts.Cell(point.Scores.Precision, point.Intervals?.Precision, PageText.Area) +
            PageParts.Cell(point.Scores.Recall, point.Intervals?.Recall, PageText.Area) +
        PageParts.Cell(point.Scores.F1, point.Intervals?.F1, PageText.Area) +
            PageParts.Cell(half.Scores.F1, half.Intervals?.F1, PageText.Area) +
        PageParts.Cell(point.Counts.DetectedNegativePercent, point.Intervals?.DetectedNegativePercent, PageText.Percent) +
            "</tr>\n";
}
