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
            text.Append("<ul class=\"warn\">").AppendJoin("", warnings.Select(warning => $"<li>{ReportPage.Safe(warning)}</li>")).Append("</ul>\n");
        return text.Append("</section>").ToString();
    }

    private static string Tile(TrainedModel model, int index)
    {
        EvaluationResult result = model.Result;
        string interval = result.MeanRocAucInterval is { } range
            ? $"<dt>95 % interval</dt><dd>{PageText.Area(range.Low)} to {PageText.Area(range.High)}</dd>"
            : "";
        return $"""
            <div class="tile c{index % 4}">
            <span class="key c{index % 4}"><i class="dot"></i>{ReportPage.Safe(model.Loss)} loss</span>
            <p class="big">{PageText.Area(result.MeanRocAuc)}</p>
            <p class="note">mean AUC over {result.MeanRocAucFindings} of {result.PerDisease.Count} findings</p>
            <dl>{interval}
            <dt>positive pairs detected at 0.5</dt><dd>{PageText.Percent(result.DetectedPositivePercentAtHalf)}</dd>
            <dt>negative pairs detected at 0.5</dt><dd>{PageText.Percent(result.DetectedNegativePercentAtHalf)}</dd>
            <dt>mean average precision</dt><dd>{PageText.Area(result.MeanAveragePrecision)}</dd></dl>
            </div>

            """;
    }
}
