using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>Small ROC plots, one per finding, every model in each.</summary>
internal static class RocSection
{
    /// <summary>The section.</summary>
    /// <param name="models">At least one, all over the same findings and images.</param>
    /// <param name="id">Of the section, unique in its page.</param>
    public static string Render(IReadOnlyList<TrainedModel> models, string id = "roc")
    {
        StringBuilder text = new($"<section id=\"{id}\">\n<h2>ROC curves</h2>\n");
        text.Append("<p class=\"muted\">Every threshold at once: how many of the positive images are found (up) for how many false alarms " +
            "among the negative ones (across). The dotted line is guessing.</p>\n<p>");
        text.Append(PageParts.Keys(models, "")).Append("</p>\n<div class=\"plots\">\n");
        IReadOnlyList<string> findings = models[0].Test.Findings;
        for (int finding = 0; finding < findings.Count; finding++)
            text.Append(Figure(models, finding, id));
        return text.Append("</div>\n</section>").ToString();
    }

    private static string Figure(IReadOnlyList<TrainedModel> models, int finding, string id)
    {
        string name = models[0].Test.Findings[finding];
        string title = PageText.Finding(name);
        string areas = string.Join(" \u00b7 ", models.Select((model, i) =>
            $"<em class=\"c{PageParts.Color(i)}\">{PageText.Area(model.Result.PerDisease[name].RocAuc)}</em>"));
        string words = $"ROC of {title}: " + string.Join(", ", models.Select(model =>
            $"{model.ShortName} {PageText.Area(model.Result.PerDisease[name].RocAuc)}"));
        int positives = models[0].Result.PerDisease[name].Positives;
        string svg = InlineSvg.Of(RocPlot.Of(models, finding), 240, 220, $"{id}{finding}", words);
        return $"<figure><figcaption>{title}<span>AUC {areas} \u00b7 {PageText.Count(positives)} positive</span></figcaption>{svg}</figure>\n";
    }
}
