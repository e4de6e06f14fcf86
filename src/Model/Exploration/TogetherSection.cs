using System.Globalization;
using System.Text;
using ChestXray.Model.Reporting;
using ChestXray.Pipeline;

namespace ChestXray.Model.Exploration;

/// <summary>Which findings come together, in images and in patients.</summary>
internal static class TogetherSection
{
    public static string Render(DataSetTables tables) =>
        "<section id=\"together\">\n<h2>Findings that come together</h2>\n" +
        "<p class=\"muted\">The share, in per cent, of the images (patients) with the row's finding that have the column's finding as well; the last column counts all with the row's finding.</p>\n" +
        Table("In images", tables.TogetherInImages) +
            Table("In patients, over all of a patient's images", tables.TogetherInPatients) + "</section>";

    private static string Table(string title, IReadOnlyList<IReadOnlyList<int>> counts)
    {
        StringBuilder text = new($"<h3>{title}</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Findings together: {title}\">\n<table class=\"heat\"><thead><tr><th scope=\"col\">with</th>");
        foreach (string name in Findings.Names)
            text.Append($"<th scope=\"col\">{PageText.Finding(name)}</th>");
        text.Append("<th scope=\"col\">all</th></tr></thead>\n<tbody>\n");
        for (int row = 0; row < Findings.Count; row++)
        {
            text.Append($"<tr><th scope=\"row\">{PageText.Finding(Findings.Names[row])}</th>");
            for (int column = 0; column < Findings.Count; column++)
                text.Append(Cell(counts[row][column], counts[row][row], row == column));
            text.Append($"<td>{PageText.Count(counts[row][row])}</td></tr>\n");
        }

        return text.Append("</tbody></table></div>\n").ToString();
    }

    private static string Cell(int both, int all, bool isItself)
    {
        if (isItself || all == 0)
            return $"<td class=\"muted\">{PageText.Undefined}</td>";
        double share = 100.0 * both / all;
        string strength = Math.Min(70, share * 1.4).ToString("0", CultureInfo.InvariantCulture);
        return $"<td style=\"background:color-mix(in srgb, var(--s0) {strength}%, transparent)\">{share.ToString("0", CultureInfo.InvariantCulture)}</td>";
    }
}
