using System.Globalization;
using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>AUC by finding: points on a rail, then the figures, exact and as Keras counts them.</summary>
internal static class AreaSection
{
    /// <summary>The section.</summary>
    /// <param name="models">At least one, all over the same findings and images.</param>
    /// <param name="id">Of the section, unique in its page.</param>
    public static string Render(IReadOnlyList<TrainedModel> models, string id = "areas")
    {
        double low = Lowest(models);
        bool hasIntervals = models.Any(
            model => model.Result.PerDisease.Values.Any(finding => finding.RocAucInterval is not null));
        StringBuilder text = new($"<section id=\"{id}\">\n<h2>AUC by finding</h2>\n");
        text.Append("<p class=\"muted\">The chance that an image with the finding gets a higher probability than one without. 0.5 is guessing.</p>\n");
        text.Append("<p>").Append(PageParts.Keys(models, "dot")).Append("</p>\n");
        text.Append(PageParts.OpenTable("AUC and average precision by finding"));
        text.Append("<thead><tr><th rowspan=\"2\" scope=\"col\">finding</th><th class=\"track\" rowspan=\"2\" scope=\"col\">")
            .Append(Scale(low)).Append("</th><th rowspan=\"2\" scope=\"col\">positive<br/>images</th><th rowspan=\"2\" scope=\"col\">their<br/>patients</th>")
            .Append($"<th colspan=\"{models.Count}\" scope=\"colgroup\">AUC, exact</th><th colspan=\"{models.Count}\" scope=\"colgroup\">AUC, Keras (200)</th>")
            .Append($"<th colspan=\"{models.Count}\" scope=\"colgroup\">average precision</th></tr><tr>");
        for (int group = 0; group < 3; group++)
            text.Append(PageParts.ModelHeads(models));
        text.Append("</tr></thead>\n<tbody>\n");
        foreach (string name in models[0].Test.Findings)
            text.Append(Row(models, name, low));
        text.Append("</tbody>\n<tfoot>").Append(Foot(models)).Append("</tfoot></table></div>\n");
        text.Append("<p class=\"note\">A dash: the test set has images of one sign only, so there is no curve; such a finding is left out of the mean. ");
        if (hasIntervals)
            text.Append("Bars and small figures: 95 % interval over redrawn patients. ");
        return text.Append("Keras counts at 200 fixed thresholds (an undefined finding as 0): that ruler bends where probabilities are small.</p>\n</section>").ToString();
    }

    private static string Row(IReadOnlyList<TrainedModel> models, string name, double low)
    {
        FindingResult[] results = [.. models.Select(model => model.Result.PerDisease[name])];
        StringBuilder text = new(
            $"<tr><th scope=\"row\">{PageText.Finding(name)}</th><td class=\"track\">{Rail(results, low)}</td>");
        text.Append($"<td>{PageText.Count(results[0].Positives)}</td>");
        text.Append($"<td>{(results[0].PositivePatients is { } patients ? PageText.Count(patients) : PageText.Undefined)}</td>");
        foreach (FindingResult result in results)
            text.Append(PageParts.Cell(result.RocAuc, result.RocAucInterval, PageText.Area));
        foreach (FindingResult result in results)
            text.Append(PageParts.Cell(result.KerasAuc200, result.Intervals?.KerasAuc200, PageText.Area));
        foreach (FindingResult result in results)
            text.Append(PageParts.Cell(result.AveragePrecision, result.Intervals?.AveragePrecision, PageText.Area));
        return text.Append("</tr>\n").ToString();
    }

    private static string Foot(IReadOnlyList<TrainedModel> models)
    {
        StringBuilder text = new("<tr><th scope=\"row\">mean</th><td class=\"track\"></td><td></td><td></td>");
        foreach (TrainedModel model in models)
            text.Append(Mean(model.Result.MeanRocAuc, model.Result.Intervals?.RocAuc, model.Result.MeanRocAucFindings));
        foreach (TrainedModel model in models)
            text.Append(Mean(model.Result.MeanKerasAuc200, model.Result.Intervals?.KerasAuc200, model.Result.PerDisease.Count));
        foreach (TrainedModel model in models)
            text.Append(Mean(model.Result.MeanAveragePrecision, model.Result.Intervals?.AveragePrecision,
                model.Result.MeanAveragePrecisionFindings));
        return text.Append("</tr>").ToString();
    }

    private static string Mean(double? value, Interval? interval, int findings) =>
        $"<td>{PageText.Area(value)}{PageParts.Small(interval, PageText.Area)}<small>of {findings} findings</small></td>";

    private static string Rail(FindingResult[] results, double low)
    {
        StringBuilder text = new($"<span class=\"rail\" style=\"height:{11 * Math.Max(2, results.Length)}px\">");
        for (double tick = 0.5; tick <= 1; tick += 0.25)
            text.Append($"<i class=\"tick\" style=\"left:{Position(tick, low)}\"></i>");
        for (int i = 0; i < results.Length; i++)
        {
            // Models lie one above the other, so that equal points stay apart.
            int top = results.Length == 1 ? 6 : i * 11;
            if (results[i].RocAucInterval is { } range)
            {
                string width = ((range.High - Math.Max(range.Low, low)) / (1 - low) * 100)
                    .ToString("0.0", CultureInfo.InvariantCulture);
                text.Append($"<i class=\"range c{PageParts.Color(i)}\" style=\"left:{Position(range.Low, low)};width:{width}%;top:{top + 3.5}px\"></i>");
            }

            if (results[i].RocAuc is { } area)
                text.Append($"<i class=\"point c{PageParts.Color(i)}\" style=\"left:{Position(area, low)};top:{top}px\"></i>");
        }

        return text.Append("</span>").ToString();
    }

    private static string Scale(double low)
    {
        StringBuilder text = new("<span class=\"rail scale\">");
        foreach (double tick in (double[])[0.5, 0.75, 1])
            text.Append($"<b style=\"left:{Position(tick, low)}\">{tick.ToString(CultureInfo.InvariantCulture)}</b>");
        return text.Append("</span>").ToString();
    }

    private static string Position(double value, double low) =>
        (Math.Clamp((value - low) / (1 - low), 0, 1) * 100).ToString("0.0", CultureInfo.InvariantCulture) + "%";

    private static double Lowest(IReadOnlyList<TrainedModel> models)
    {
        double low = 0.45;
        foreach (FindingResult finding in models.SelectMany(model => model.Result.PerDisease.Values))
            low = Math.Min(low, (finding.RocAucInterval?.Low ?? finding.RocAuc ?? 1) - 0.02);
        return Math.Max(0, low);
    }
}
