using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>How far the probabilities can be taken at their word.</summary>
internal static class CalibrationSection
{
    public static string Render(ReportData data)
    {
        IReadOnlyList<TrainedModel> models = data.Models;
        StringBuilder text = new("<section id=\"calibration\">\n<h2>Calibration</h2>\n");
        text.Append("<p class=\"muted\">Images in ten groups by what the model said of them; a point on the dotted line was told the truth. " +
            "Bars: 95 % interval over redrawn patients; a group of few patients has none.</p>\n");
        if (models.Any(model => model.Loss == "weighted"))
        {
            text.Append("<p>The weighted loss asks for probabilities as if every finding were as frequent as its absence: they lie far above the share " +
                "of images that have it, and are no probabilities of disease. Only the order and the threshold mean something there.</p>\n");
        }

        text.Append("<p>").Append(PageParts.Keys(models, "dot")).Append("</p>\n<div class=\"plots\">\n");
        IReadOnlyList<string> findings = models[0].Test.Findings;
        for (int finding = 0; finding < findings.Count; finding++)
            text.Append(Figure(models, findings[finding], finding));
        text.Append("</div>\n").Append(PageParts.OpenTable("Calibration error and Brier score by finding"));
        text.Append("<thead><tr><th rowspan=\"2\" scope=\"col\">finding</th><th rowspan=\"2\" scope=\"col\">share of<br/>positive images</th>");
        text.Append($"<th colspan=\"{models.Count}\" scope=\"colgroup\">expected calibration error</th><th colspan=\"{models.Count}\" scope=\"colgroup\">Brier score</th></tr><tr>");
        text.Append(PageParts.ModelHeads(models)).Append(PageParts.ModelHeads(models)).Append("</tr></thead>\n<tbody>\n");
        foreach (string finding in findings)
            text.Append(Row(models, finding));
        text.Append("</tbody>\n<tfoot><tr><th scope=\"row\">mean</th><td></td>");
        foreach (TrainedModel model in models)
            text.Append(PageParts.Cell(model.Result.MeanCalibrationError, model.Result.Intervals?.CalibrationError,
                PageText.Area));
        foreach (TrainedModel model in models)
            text.Append(PageParts.Cell(model.Result.MeanBrierScore, model.Result.Intervals?.BrierScore, PageText.Area));
        return text.Append("</tr></tfoot></table></div>\n<p class=\"note\">Expected calibration error: the groups' distances from the dotted line, weighted by " +
            "their images; small sets make it too large, and their redrawn ones more so, so that its interval can lie above it. Brier score: the mean " +
            "squared distance of probability and label; always saying the share p of positive images gives p(1 - p).</p>\n</section>").ToString();
    }

    private static string Figure(IReadOnlyList<TrainedModel> models, string name, int finding)
    {
        string title = PageText.Finding(name);
        string errors = string.Join(" \u00b7 ", models.Select((model, i) =>
            $"<em class=\"c{PageParts.Color(i)}\">{PageText.Area(model.Result.PerDisease[name].Calibration.ExpectedError)}</em>"));
        string words = $"Reliability of {title}; expected error: " + string.Join(", ", models.Select(model =>
            $"{model.ShortName} {PageText.Area(model.Result.PerDisease[name].Calibration.ExpectedError)}"));
        string svg = InlineSvg.Of(CalibrationPlot.Of(models, name), 240, 220, $"k{finding}", words);
        return $"<figure><figcaption>{title}<span>error {errors}</span></figcaption>{svg}</figure>\n";
    }

    private static string Row(IReadOnlyList<TrainedModel> models, string name)
    {
        FindingResult[] results = [.. models.Select(model => model.Result.PerDisease[name])];
        StringBuilder text = new($"<tr><th scope=\"row\">{PageText.Finding(name)}</th>");
        text.Append(PageParts.Cell(results[0].Prevalence, results[0].Intervals?.Prevalence, PageText.Area));
        foreach (FindingResult result in results)
            text.Append(PageParts.Cell(result.Calibration.ExpectedError, result.Intervals?.CalibrationError, PageText.Area));
        foreach (FindingResult result in results)
            text.Append(PageParts.Cell(result.Calibration.BrierScore, result.Intervals?.BrierScore, PageText.Area));
        return text.Append("</tr>\n").ToString();
    }
}
