using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>One tile per model: what a reader takes home.</summary>
internal static class OverviewSection
{
    public static string Render(ReportData data)
    {
        StringBuilder text = new("<section id=\"overview\">\n<h2>On the test set</h2>\n");
        EvaluationResult first = data.Models[0].Result;
        string patients = first.Patients is { } count ? $" of {PageText.Count(count)} patients" : "";
        text.Append($"<p class=\"muted\">{PageText.Count(first.Rows)} images{patients}, {first.PerDisease.Count} findings. " +
            "Training never saw these patients.</p>\n<div class=\"tiles\">\n");
        for (int i = 0; i < data.Models.Count; i++)
            text.Append(Tile(data.Models[i], i));
        text.Append("</div>\n");

        string[] warnings = [.. data.Notes.Concat(data.Models.SelectMany(model => model.Result.Warnings)).Distinct()];
        if (warnings.Length > 0)
            text.Append("<ul class=\"warn\">").AppendJoin("", warnings.Select(warning => $"<li>{ReportPage.Safe(warning)}</li>"))
                .Append("</ul>\n");
        return text.Append("</section>").ToString();
    }

    private static string Tile(TrainedModel model, int index)
    {
        EvaluationResult result = model.Result;
        string interval = result.MeanRocAucInterval is { } range
            ? $"<dt>95 % interval</dt><dd>{PageText.Area(range.Low)} to {PageText.Area(range.High)}</dd>"
            : "";
        FindingIntervals? all = result.Intervals;
        return $"""
            <div class="tile c{PageParts.Color(index)}">
            <span class="key c{PageParts.Color(index)}"><i class="dot"></i>{ReportPage.Safe(model.Name)}</span>
            <p class="big">{PageText.Area(result.MeanRocAuc)}</p>
            <p class="note">mean AUC over {result.MeanRocAucFindings} of {result.PerDisease.Count} findings</p>
            <dl>{interval}
            {Line("mean average precision", result.MeanAveragePrecision, all?.AveragePrecision, PageText.Area)}
            {Line("positive pairs detected at 0.5", result.DetectedPositivePercentAtHalf, all?.DetectedPositivePercentAtHalf, PageText.Percent)}
            {Line("negative pairs detected at 0.5", result.DetectedNegativePercentAtHalf, all?.DetectedNegativePercentAtHalf, PageText.Percent)}
            {Line("mean calibration error", result.MeanCalibrationError, all?.CalibrationError, PageText.Area)}</dl>
            </div>

            """;
    }

    private static string Line(string name, double? value, Interval? interval, Func<double?, string> format) =>
        $"<dt>{name}</dt><dd>{format(value)}{PageParts.Small(interval, format)}</dd>";
}
