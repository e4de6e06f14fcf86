using System.Globalization;
using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>The classification report of each model.</summary>
internal static class ScoresSection
{
    public static string Render(ReportData data)
    {
        StringBuilder text = new("<section id=\"report\">\n<h2>Precision, recall, F1</h2>\n");
        text.Append("<p class=\"muted\">As scikit-learn prints them. An image counts as positive above the threshold.</p>\n<div class=\"twin\">\n");
        for (int i = 0; i < data.Models.Count; i++)
        {
            TrainedModel model = data.Models[i];
            double[] thresholds = [.. model.Result.PerDisease.Values.Select(finding => finding.Threshold).Distinct()];
            string at = thresholds.Length == 1
                ? "threshold " + thresholds[0].ToString(CultureInfo.InvariantCulture)
                : "thresholds chosen on the validation set";
            text.Append($"<div><h3><span class=\"key c{PageParts.Color(i)}\"><i></i>{ReportPage.Safe(model.Name)}, {at}</span></h3>");
            text.Append($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Classification report: {ReportPage.Safe(model.Name)}\">");
            text.Append($"<pre>{ReportPage.Safe(model.Result.ClassificationReport)}</pre></div>{Averages(model.Result)}</div>\n");
        }

        return text.Append("</div>\n</section>").ToString();
    }

    private static string Averages(EvaluationResult result)
    {
        if (result.AverageIntervals is not { } intervals)
            return "";
        StringBuilder text = new(PageParts.OpenTable("The averages with 95 % intervals", isSortable: false));
        text.Append("<thead><tr><th scope=\"col\">average, 95 % interval</th><th scope=\"col\">precision</th><th scope=\"col\">recall</th><th scope=\"col\">F1</th></tr></thead>\n<tbody>");
        text.Append(Row("micro", result.Averages.Micro, intervals.Micro))
            .Append(Row("macro", result.Averages.Macro, intervals.Macro));
        text.Append(Row("weighted", result.Averages.Weighted, intervals.Weighted))
            .Append(Row("samples", result.Averages.Samples, intervals.Samples));
        return text.Append("</tbody></table></div>").ToString();
    }

    private static string Row(string name, ClassScores scores, ScoreIntervals intervals) =>
        $"<tr><th scope=\"row\">{name}</th>{PageParts.Cell(scores.Precision, intervals.Precision, PageText.Area)}" +
        $"{PageParts.Cell(scores.Recall, intervals.Recall, PageText.Area)}{PageParts.Cell(scores.F1, intervals.F1, PageText.Area)}</tr>";
}
