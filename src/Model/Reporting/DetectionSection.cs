using System.Globalization;
using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>Percentages detected, side by side, and what the two losses do to them.</summary>
internal static class DetectionSection
{
    public static string Render(ReportData data)
    {
        StringBuilder text = new("<section id=\"detection\">\n<h2>Detection and the two losses</h2>\n");
        text.Append(Words);
        List<Column> columns = Columns(data);
        if (columns.Count == 3)
            text.Append(Equivalence(data, columns));
        text.Append(PageParts.OpenTable("Positive and negative images detected by finding"));
        text.Append("<thead><tr><th rowspan=\"2\" scope=\"col\">finding</th>");
        text.Append($"<th colspan=\"{columns.Count}\" scope=\"colgroup\">positive images detected</th>");
        text.Append($"<th colspan=\"{columns.Count}\" scope=\"colgroup\">negative images detected</th></tr><tr>");
        string heads = string.Concat(
            columns.Select(column => $"<th class=\"m c{column.Color}\" scope=\"col\">{column.Name}</th>"));
        text.Append(heads).Append(heads).Append("</tr></thead>\n<tbody>\n");
        foreach (string finding in data.Models[0].Test.Findings)
            text.Append(Row(PageText.Finding(finding), [.. columns.Select(column => column.Point.PerDisease[finding])]));
        text.Append("</tbody>\n<tfoot>").Append(Row("all findings together", [.. columns.Select(column => column.Point.All)]))
            .Append("</tfoot></table></div>\n");
        text.Append("<p class=\"note\">Detected: a positive image above the threshold, a negative one at or under it. ");
        text.Append("The last row counts (image, finding) pairs, so that frequent findings weigh more. Small figures: 95 % interval.</p>\n");
        return text.Append("</section>").ToString();
    }

    private const string Words =
        """
        <p>The <b>plain</b> loss counts every image alike. A finding that 2 % of the images have is then answered with probabilities
        around 0.02, and a threshold of 0.5 finds almost nothing, however well the images are ordered.</p>
        <p>The <b>weighted</b> loss multiplies each positive image by n / (2 &#183; positives) and each negative one by
        n / (2 &#183; negatives), so that both signs weigh the same. This moves the probabilities up until 0.5 means
        &#8220;more likely than the finding is on average&#8221;. For models that fit perfectly the two are one: weighted at 0.5 answers as
        plain does at the prevalence of the finding. Much more found at 0.5 is therefore mostly a moved threshold, paid for with
        false alarms; whether a model <em>knows</em> more is seen in the AUC, which no threshold moves.</p>

        """;

    private static List<Column> Columns(ReportData data)
    {
        List<Column> columns = [];
        for (int i = 0; i < data.Models.Count; i++)
            columns.Add(new($"{ReportPage.Safe(data.Models[i].ShortName)}<br/>at 0.5", PageParts.Color(i),
                data.Models[i].Result.OperatingPoints[Evaluator.Half]));
        int plain = data.Models.ToList().FindIndex(model => model.Loss == "plain");
        if (plain >= 0 && AtPrevalence(data, data.Models[plain]) is { } point)
            columns.Add(new("plain at<br/>prevalence", PageParts.Color(plain), point));
        return columns;
    }

    /// <summary>As measured; counted here, without intervals, where only the shares are known.</summary>
    private static OperatingPoint? AtPrevalence(ReportData data, TrainedModel plain)
    {
        if (plain.Result.OperatingPoints.TryGetValue(ChosenThresholds.Prevalence, out OperatingPoint? measured))
            return measured;
        return data.TrainingPrevalence is not { } shares
            ? null
            : Evaluator.Evaluate(plain.Test, new() { Thresholds = ChosenThresholds.AtPrevalence(shares), BootstrapDraws = 0 })
                .OperatingPoints[ChosenThresholds.Prevalence];
    }

    private static string Equivalence(ReportData data, List<Column> columns)
    {
        int weighted = data.Models[0].Loss == "weighted" ? 0 : 1;
        OperatingPoint reference = columns[weighted].Point, half = columns[1 - weighted].Point, prevalence = columns[2].Point;
        StringBuilder text = new("<h3>The same from this run</h3>\n");
        if (data.Equivalence is { } found)
        {
            text.Append($"<p>Of all (image, finding) pairs of the test set, the weighted model at 0.5 and the plain one at the prevalence say the same of " +
                $"{Share(found.AgreementAtPrevalence, found.AgreementAtPrevalenceInterval)}; with the plain one at 0.5 it is " +
                $"{Share(found.AgreementAtHalf, found.AgreementAtHalfInterval)}. Each point below is a finding: near the dotted line both models find alike.</p>\n");
            if (found.AgreementAtPrevalence <= found.AgreementAtHalf)
            {
                text.Append("<p>Here the two do not come together: the equivalence is one of models whose probabilities are right, and after few epochs or few " +
                    "images they are not. The calibration below shows how far off they are.</p>\n");
            }
        }

        text.Append($"<p><span class=\"key c{columns[2].Color}\"><i class=\"dot\"></i>plain at prevalence</span>" +
            $"<span class=\"key c{columns[2].Color}\"><i class=\"ring\"></i>plain at 0.5</span></p>\n<div class=\"plots\">\n");
        text.Append(Figure("Positive images detected", "e0", reference, half, prevalence,
            counts => counts.DetectedPositivePercent));
        text.Append(Figure("Negative images detected", "e1", reference, half, prevalence,
            counts => counts.DetectedNegativePercent));
        return text.Append("</div>\n").ToString();
    }

    private static string Figure(
        string title, string id, OperatingPoint weighted, OperatingPoint half, OperatingPoint prevalence,
        Func<ThresholdCounts, double?> of)
    {
        string words = $"{title}, all findings together: weighted at 0.5 {PageText.Percent(of(weighted.All.Counts))}, " +
            $"plain at prevalence {PageText.Percent(of(prevalence.All.Counts))}, plain at 0.5 {PageText.Percent(of(half.All.Counts))}";
        string svg = InlineSvg.Of(EquivalencePlot.Of(weighted, half, prevalence, of), 240, 220, id, words);
        return $"<figure><figcaption>{title}<span>%; one point for each finding</span></figcaption>{svg}</figure>\n";
    }

    private static string Share(double value, Interval? interval) => (100 * value).ToString("0.0", CultureInfo.InvariantCulture) +
        " %" +
        (interval is { } range ? string.Create(CultureInfo.InvariantCulture, $" ({100 * range.Low:0.0} to {100 * range.High:0.0})") : "");

    private static string Row(string name, PointResult[] points) =>
        $"<tr><th scope=\"row\">{name}</th>" +
        string.Concat(points.Select(point => PageParts.Cell(
            point.Counts.DetectedPositivePercent, point.Intervals?.DetectedPositivePercent, PageText.Percent))) +
        string.Concat(points.Select(point => PageParts.Cell(
            point.Counts.DetectedNegativePercent, point.Intervals?.DetectedNegativePercent, PageText.Percent))) +
        "</tr>\n";

    private sealed record Column(string Name, int Color, OperatingPoint Point);
}
