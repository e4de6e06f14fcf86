using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>What the three sets hold.</summary>
internal static class DataSection
{
    public static string Render(ReportData data)
    {
        StringBuilder text = new("<section id=\"data\">\n<h2>Data and split</h2>\n");
        text.Append($"<p>{ReportPage.Safe(data.DataSource)}</p>\n<p>{ReportPage.Safe(data.Split)} No patient is in two sets.</p>\n");
        text.Append(PageParts.OpenTable("Images by set"));
        text.Append("<thead><tr><th scope=\"col\">images</th>");
        foreach (SetSummary set in data.Sets)
            text.Append($"<th scope=\"col\">{ReportPage.Safe(set.Name)}</th><th scope=\"col\"></th>");
        text.Append("</tr></thead>\n<tbody>\n");
        IReadOnlyList<string> findings = data.Models[0].Test.Findings;
        for (int finding = 0; finding < findings.Count; finding++)
        {
            int column = finding;
            text.Append(Row(PageText.Finding(findings[finding]), data.Sets, set => set.Positives[column]));
        }

        text.Append(Row("No finding", data.Sets, set => set.NoFinding)).Append("</tbody>\n<tfoot>");
        text.Append("<tr><th scope=\"row\">all images</th>");
        foreach (SetSummary set in data.Sets)
            text.Append($"<td>{PageText.Count(set.Images)}</td><td></td>");
        text.Append("</tr><tr><th scope=\"row\">patients</th>");
        foreach (SetSummary set in data.Sets)
            text.Append($"<td>{PageText.Count(set.Patients)}</td><td></td>");
        return text.Append("</tr></tfoot></table></div>\n<p class=\"note\">An image can have several findings. Counts are images, not patients.</p>\n</section>").ToString();
    }

    private static string Row(string name, IReadOnlyList<SetSummary> sets, Func<SetSummary, int> count)
    {
        StringBuilder text = new($"<tr><th scope=\"row\">{name}</th>");
        foreach (SetSummary set in sets)
        {
            double? share = set.Images == 0 ? null : 100.0 * count(set) / set.Images;
            text.Append($"<td>{PageText.Count(count(set))}</td><td class=\"muted\">{PageText.Percent(share)}</td>");
        }

        return text.Append("</tr>\n").ToString();
    }
}
