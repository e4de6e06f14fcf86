using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>Two models against each other on the same redrawn patients.</summary>
internal static class PairedSection
{
    /// <summary>Within one run; nothing where there is one model or nothing was drawn.</summary>
    public static string Render(ReportData data)
    {
        if (data.Paired is not { } paired || data.Models.Count != 2)
            return "";
        ComparedPair pair = new(data.Models[0].Name, data.Models[1].Name, paired);
        return "<section id=\"paired\">\n<h2>Is one model better?</h2>\n" + Words + Table([pair]) + Note + "</section>";
    }

    /// <summary>What the figures are.</summary>
    public const string Words =
        "<p class=\"muted\">The difference of the areas, first model minus second, on the same redrawn patients: what both find hard weighs on both, so the " +
        "intervals are narrower than those of the single areas let one expect.</p>\n";

    /// <summary>What the columns mean.</summary>
    public const string Note =
        "<p class=\"note\">p: how often redrawn patients turn the sign, doubled. Holm: the same after correction for all findings of the table; " +
        "of fourteen findings one falls under 0.05 by chance in about every second table. Only the test patients are redrawn: another seed of the " +
        "training moves the figures, too, and is not in these intervals.</p>\n";

    /// <summary>One block of columns for each pair.</summary>
    public static string Table(IReadOnlyList<ComparedPair> pairs)
    {
        StringBuilder text = new(PageParts.OpenTable("Differences of areas"));
        text.Append("<thead><tr><th rowspan=\"2\" scope=\"col\">finding</th>");
        foreach (ComparedPair pair in pairs)
            text.Append($"<th colspan=\"3\" scope=\"colgroup\">{ReportPage.Safe(pair.First)}<br/>minus {ReportPage.Safe(pair.Second)}</th>");
        text.Append("</tr><tr>");
        foreach (ComparedPair _ in pairs)
            text.Append("<th scope=\"col\">AUC</th><th scope=\"col\">p</th><th scope=\"col\">Holm</th>");
        text.Append("</tr></thead>\n<tbody>\n");
        foreach (string name in pairs[0].RocAuc.Keys.Where(name => name != "mean"))
            text.Append(Row(PageText.Finding(name), [.. pairs.Select(pair => pair.RocAuc.GetValueOrDefault(name))]));
        text.Append("</tbody>\n<tfoot>").Append(Row("mean", [.. pairs.Select(pair => pair.RocAuc.GetValueOrDefault("mean"))]));
        return text.Append("</tfoot></table></div>\n").ToString();
    }

    private static string Row(string name, ModelComparison?[] comparisons) => $"<tr><th scope=\"row\">{name}</th>" +
        string.Concat(comparisons.Select(one =>
        PageParts.Cell(one?.Difference, one?.Interval, PageText.Difference) +
        $"<td>{PageText.Chance(one?.PValue)}</td><td>{PageText.Chance(one?.HolmPValue)}</td>")) + "</tr>\n";
}
