using System.Text;
using ChestXray.Model.Reporting;
using ChestXray.Pipeline;

namespace ChestXray.Model.Exploration;

/// <summary>How often each finding is there and not there, and how many findings and images there are at a time.</summary>
internal static class FindingsSection
{
    public static string Render(DataSetTables tables)
    {
        StringBuilder text = new("<section id=\"findings\">\n<h2>Images and patients by finding</h2>\n");
        text.Append("<p class=\"muted\">An image can have several findings, so the counts add up to more than all images. A patient counts once, however many of the patient's images show the finding.</p>\n");
        text.Append("<div class=\"two\">\n");
        int[] order = [.. Enumerable.Range(0, Findings.Count).OrderByDescending(i => tables.ByFinding[i].Images)];
        string[] names = [.. order.Select(i => PageText.Finding(Findings.Names[i]))];
        text.Append(Figure("Images with each finding",
            BarPlot.Lying(names, [[.. order.Select(i => (double)tables.ByFinding[i].Images)]], "images"), "fi"));
        text.Append(Figure("Patients with each finding",
            BarPlot.Lying(names, [[.. order.Select(i => (double)tables.ByFinding[i].Patients)]], "patients"), "fp"));
        text.Append("</div>\n").Append(Table(tables)).Append("<div class=\"two\">\n");
        text.Append(Figure(
            "Images with and without each finding", BarPlot.Lying(
                names, [[.. order.Select(i => (double)tables.ByFinding[i].Images)],
                    [.. order.Select(i => (double)(tables.Images - tables.ByFinding[i].Images))]], "images"), "fb"));
        text.Append(Figure(
            "Patients with and without each finding", BarPlot.Lying(
                names, [[.. order.Select(i => (double)tables.ByFinding[i].Patients)],
                    [.. order.Select(i => (double)(tables.Patients - tables.ByFinding[i].Patients))]], "patients"), "pb"));
        text.Append("</div>\n<p><span class=\"key c0\"><i class=\"dot\"></i>with it</span><span class=\"key c1\"><i class=\"dot\"></i>without it</span></p>\n<div class=\"two\">\n");
        text.Append(Figure(
            "Images by number of findings", BarPlot.Standing(
                [.. Enumerable.Range(0, tables.ByFindings.Count).Select(i => i.ToString())],
                [[.. tables.ByFindings.Select(count => (double)count.Images)]], "findings in one image", "images"), "fn"));
        text.Append(Figure(
            "Patients by number of images", BarPlot.Standing(
                [.. tables.ByImagesOfPatient.Select(group => group.Name)],
                [[.. tables.ByImagesOfPatient.Select(group => (double)group.Size.Patients)]], "images of one patient",
                "patients"), "pn"));
        text.Append("</div>\n<p class=\"note\">One patient's images are alike: sets are divided by patient, and intervals are drawn by patient. People can be recognised on ");
        return text.Append("these radiographs (published for this very set: 99 % of the time), so a patient in two sets would be learnt by heart.</p>\n</section>").ToString();
    }

    private static string Table(DataSetTables tables)
    {
        StringBuilder text = new(PageParts.OpenTable("Images and patients with and without each finding"));
        text.Append("<thead><tr><th rowspan=\"2\" scope=\"col\">finding</th><th class=\"track\" rowspan=\"2\" scope=\"col\">positive images</th><th colspan=\"3\" scope=\"colgroup\">images</th><th colspan=\"2\" scope=\"colgroup\">patients</th></tr>");
        text.Append("<tr><th scope=\"col\">with it</th><th scope=\"col\">share</th><th scope=\"col\">without it</th><th scope=\"col\">with it</th><th scope=\"col\">share</th></tr></thead>\n<tbody>\n");
        double most = Math.Max(1, tables.ByFinding.Max(count => count.Images));
        for (int i = 0; i < Findings.Count; i++)
            text.Append(Row(PageText.Finding(Findings.Names[i]), tables.ByFinding[i], tables, tables.ByFinding[i].Images / most));
        return text.Append("</tbody><tfoot>").Append(Row("No finding", tables.NoFinding, tables, -1))
            .Append("</tfoot></table></div>\n").ToString();
    }

    private static string Row(string name, DataSetTables.Count count, DataSetTables tables, double share)
    {
        string bar = share < 0 ? "" : $"<span class=\"rail\"><i class=\"range c0\" style=\"left:0;width:{(100 * share).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)}%;top:9.5px\"></i></span>";
        return $"<tr><th scope=\"row\">{name}</th><td class=\"track\">{bar}</td><td>{PageText.Count(count.Images)}</td><td>{PageText.Percent(100.0 * count.Images / Math.Max(1, tables.Images))}</td>" +
            $"<td>{PageText.Count(tables.Images - count.Images)}</td><td>{PageText.Count(count.Patients)}</td><td>{PageText.Percent(100.0 * count.Patients / Math.Max(1, tables.Patients))}</td></tr>\n";
    }

    private static string Figure(string title, ScottPlot.Plot plot, string id) =>
        $"<figure><figcaption>{title}</figcaption>{InlineSvg.Of(plot, 520, 330, id, title)}</figure>\n";
}
