using System.Text;
using ChestXray.Model.Reporting;
using ChestXray.Pipeline;

namespace ChestXray.Model.Exploration;

/// <summary>Training, validation and test set side by side, by image and by patient.</summary>
internal static class SetsSection
{
    public static string Render(InspectionJobResult result)
    {
        StringBuilder text = new("<section id=\"sets\">\n<h2>The three sets, by image and by patient</h2>\n");
        text.Append($"<p>{ReportPage.Safe(result.SplitWords)}</p>\n");
        if (result.Sets.Count == 0)
            return text.Append("</section>").ToString();
        text.Append("<p class=\"muted\">Images at hand, before augmentation. No patient is in two sets.</p>\n");
        text.Append("<div class=\"two\">\n");
        text.Append(Figure("Share of a set's images with each finding", result,
            (set, finding) => set.ByFinding[finding].Images / (double)Math.Max(1, set.Images), "si"));
        text.Append(Figure("Share of a set's patients with each finding", result,
            (set, finding) => set.ByFinding[finding].Patients / (double)Math.Max(1, set.Patients), "sp"));
        text.Append("</div>\n<p><span class=\"key c0\"><i class=\"dot\"></i>train</span><span class=\"key c1\"><i class=\"dot\"></i>validation</span><span class=\"key c2\"><i class=\"dot\"></i>test</span></p>\n");
        text.Append(Table("Images by set", result, count => count.Images, set => set.Images));
        text.Append(Table("Patients by set", result, count => count.Patients, set => set.Patients));
        return text.Append("</section>").ToString();
    }

    private static string Figure(string title, InspectionJobResult result, Func<DataSetTables, int, double> share, string id)
    {
        string[] names = [.. Findings.Names.Select(PageText.Finding)];
        IReadOnlyList<double>[] series =
        [
            .. Enum.GetValues<SplitSet>().Select(
                set => (IReadOnlyList<double>)[.. Enumerable.Range(0, Findings.Count)
                .Select(finding => 100 * share(result.Sets[set], finding))]),
        ];
        return $"<figure><figcaption>{title}</figcaption>{InlineSvg.Of(BarPlot.Lying(names, series, "per cent"), 520, 420, id, title)}</figure>\n";
    }

    private static string Table(
        string title, InspectionJobResult result, Func<DataSetTables.Count, int> of, Func<DataSetTables, int> all)
    {
        DataSetTables[] sets = [.. Enum.GetValues<SplitSet>().Select(set => result.Sets[set])];
        StringBuilder text = new(
            $"<h3>{title}</h3>\n{PageParts.OpenTable(title)}<thead><tr><th rowspan=\"2\" scope=\"col\">finding</th>");
        foreach (string name in (string[])["train", "validation", "test"])
            text.Append($"<th colspan=\"2\" scope=\"colgroup\">{name}</th>");
        text.Append("</tr><tr>").Append(
            string.Concat(sets.Select(_ => "<th scope=\"col\">with it</th><th scope=\"col\">share</th>")))
            .Append("</tr></thead>\n<tbody>\n");
        for (int i = 0; i < Findings.Count; i++)
        {
            int finding = i;
            Row(PageText.Finding(Findings.Names[i]), set => of(set.ByFinding[finding]));
        }

        Row("No finding", set => of(set.NoFinding));
        text.Append("</tbody><tfoot><tr><th scope=\"row\">all</th>");
        foreach (DataSetTables set in sets)
            text.Append($"<td>{PageText.Count(all(set))}</td><td></td>");
        return text.Append("</tr></tfoot></table></div>\n").ToString();

        void Row(string name, Func<DataSetTables, int> count)
        {
            text.Append($"<tr><th scope=\"row\">{name}</th>");
            foreach (DataSetTables set in sets)
                text.Append($"<td>{PageText.Count(count(set))}</td><td class=\"muted\">{PageText.Percent(100.0 * count(set) / Math.Max(1, all(set)))}</td>");
            text.Append("</tr>\n");
        }
    }
}
