using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>Percentages detected, side by side, and what the two losses do to them.</summary>
internal static class DetectionSection
{
    public static string Render(ReportData data)
    {
        StringBuilder text = new("<section id=\"detection\">\n<h2>Detection and the two losses</h2>\n");
        text.Append(Words);
        text.Append(PageParts.OpenTable("Positive and negative images detected by finding"));
        List<Column> columns = Columns(data);
        text.Append("<thead><tr><th rowspan=\"2\" scope=\"col\">finding</th>");
        text.Append($"<th colspan=\"{columns.Count}\" scope=\"colgroup\">positive images detected</th>");
        text.Append($"<th colspan=\"{columns.Count}\" scope=\"colgroup\">negative images detected</th></tr><tr>");
        string heads = string.Concat(columns.Select(column => $"<th class=\"m c{column.Color}\" scope=\"col\">{column.Name}</th>"));
        text.Append(heads).Append(heads).Append("</tr></thead>\n<tbody>\n");
        IReadOnlyList<string> findings = data.Models[0].Test.Findings;
        for (int finding = 0; finding < findings.Count; finding++)
            text.Append(Row(PageText.Finding(findings[finding]), [.. columns.Select(column => column.Counts[finding])]));
        ThresholdCounts[] totals = [.. columns.Select(column => column.Counts.Aggregate((sum, one) => sum + one))];
        text.Append("</tbody>\n<tfoot>").Append(Row("all findings together", totals)).Append("</tfoot></table></div>\n");
        text.Append("<p class=\"note\">Detected: a positive image above the threshold, a negative one at or under it. ");
        text.Append("The last row counts (image, finding) pairs, so that frequent findings weigh more.</p>\n");
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
            columns.Add(new($"{ReportPage.Safe(data.Models[i].Loss)}<br/>at 0.5", i % 4, Counts(data.Models[i].Test, _ => 0.5)));
        int plain = data.Models.ToList().FindIndex(model => model.Loss == "plain");
        if (plain >= 0 && data.TrainingPrevalence is { } prevalence)
            columns.Add(new("plain at<br/>prevalence", plain % 4, Counts(data.Models[plain].Test, finding => prevalence[finding])));
        return columns;
    }

    private static ThresholdCounts[] Counts(Predictions test, Func<int, double> threshold) =>
        [.. test.Findings.Select((_, i) => ThresholdCounts.Of(test.Probabilities(i), test.Labels(i), threshold(i)))];

    private static string Row(string name, ThresholdCounts[] counts) =>
        $"<tr><th scope=\"row\">{name}</th>" +
        string.Concat(counts.Select(count => $"<td>{PageText.Percent(count.DetectedPositivePercent)}</td>")) +
        string.Concat(counts.Select(count => $"<td>{PageText.Percent(count.DetectedNegativePercent)}</td>")) + "</tr>\n";

    private sealed record Column(string Name, int Color, ThresholdCounts[] Counts);
}
