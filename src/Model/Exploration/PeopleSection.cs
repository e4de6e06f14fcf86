using System.Text;
using ChestXray.Model.Reporting;
using ChestXray.Pipeline;

namespace ChestXray.Model.Exploration;

/// <summary>Age, sex and view, and how findings depend on them: what a network could use as a short cut.</summary>
internal static class PeopleSection
{
    public static string Render(DataSetTables tables)
    {
        StringBuilder text = new("<section id=\"people\">\n<h2>Age, sex and view</h2>\n<div class=\"two\">\n");
        text.Append(Figure("Images and patients by age", tables.ByAge, "age in years", "pa"));
        text.Append(Figure("Images and patients by sex", tables.BySex, "sex", "ps"));
        text.Append(Figure("Images and patients by view", tables.ByView, "view", "pv"));
        text.Append("</div>\n<p><span class=\"key c0\"><i class=\"dot\"></i>images</span><span class=\"key c1\"><i class=\"dot\"></i>patients, once in each group that an image of theirs is in</span></p>\n");
        text.Append("<h3>Share of images with each finding, by sex and view</h3>\n");
        text.Append("<p class=\"muted\">AP views are mostly taken in bed, of sicker people: a network can guess many findings from the view alone. Tubes and drains are such short cuts, too, and no label tells of them.</p>\n");
        text.Append(Shares(tables.BySex.Concat(tables.ByView).ToArray()));
        return text.Append("</section>").ToString();
    }

    private static string Shares(DataSetTables.Group[] groups)
    {
        StringBuilder text = new(PageParts.OpenTable("Share of images with each finding, by sex and view"));
        text.Append("<thead><tr><th scope=\"col\">finding</th>");
        foreach (DataSetTables.Group group in groups)
            text.Append($"<th scope=\"col\">{ReportPage.Safe(group.Name)}</th>");
        text.Append("</tr></thead>\n<tbody>\n");
        for (int i = 0; i < Findings.Count; i++)
        {
            text.Append($"<tr><th scope=\"row\">{PageText.Finding(Findings.Names[i])}</th>");
            foreach (DataSetTables.Group group in groups)
                text.Append($"<td>{PageText.Percent(100.0 * group.Positives[i] / group.Size.Images)}</td>");
            text.Append("</tr>\n");
        }

        text.Append("</tbody><tfoot><tr><th scope=\"row\">all images</th>");
        foreach (DataSetTables.Group group in groups)
            text.Append($"<td>{PageText.Count(group.Size.Images)}</td>");
        return text.Append("</tr></tfoot></table></div>\n").ToString();
    }

    private static string Figure(string title, IReadOnlyList<DataSetTables.Group> groups, string xLabel, string id)
    {
        string[] names = [.. groups.Select(group => group.Name.Replace(" to ", "\u2013"))];
        IReadOnlyList<double>[] series =
            [[.. groups.Select(group => (double)group.Size.Images)], [.. groups.Select(group => (double)group.Size.Patients)]];
        return $"<figure><figcaption>{title}</figcaption>{InlineSvg.Of(BarPlot.Standing(names, series, xLabel, ""), 520, 260, id, title)}</figure>\n";
    }
}
