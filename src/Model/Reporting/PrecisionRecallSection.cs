using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>Small precision-recall plots, one per finding, every model in each.</summary>
internal static class PrecisionRecallSection
{
    public static string Render(ReportData data)
    {
        StringBuilder text = new("<section id=\"precision-recall\">\n<h2>Precision and recall curves</h2>\n");
        text.Append("<p class=\"muted\">Every threshold at once: of the images called positive, the share that is (up), for the share of the positive " +
            "images that are found (across). The dotted line is guessing: the share of positive images. The area is the average precision.</p>\n<p>");
        text.Append(PageParts.Keys(data.Models, "")).Append("</p>\n<div class=\"plots\">\n");
        for (int finding = 0; finding < data.Models[0].Test.Findings.Count; finding++)
            text.Append(Figure(data.Models, finding));
        return text.Append("</div>\n</section>").ToString();
    }

    private static string Figure(IReadOnlyList<TrainedModel> models, int finding)
    {
        string name = models[0].Test.Findings[finding], title = PageText.Finding(name);
        FindingResult Of(TrainedModel model) => model.Result.PerDisease[name];
        string areas = string.Join(" \u00b7 ", models.Select((model, i) =>
            $"<em class=\"c{PageParts.Color(i)}\">{PageText.Area(Of(model).AveragePrecision)}</em>"));
        string words = $"Precision against recall of {title}; average precision: " +
            string.Join(", ", models.Select(model => $"{model.ShortName} {PageText.Area(Of(model).AveragePrecision)}"));
        string svg = InlineSvg.Of(PrecisionRecallPlot.Of(models, finding), 240, 220, $"p{finding}", words);
        string guess = PageText.Area(Of(models[0]).Prevalence);
        return $"<figure><figcaption>{title}<span>AP {areas} \u00b7 guessing {guess}</span></figcaption>{svg}</figure>\n";
    }
}
