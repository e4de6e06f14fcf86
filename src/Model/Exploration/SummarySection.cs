using System.Text;
using ChestXray.Model.Reporting;
using ChestXray.Pipeline;

namespace ChestXray.Model.Exploration;

/// <summary>The figures that come first, what the files are, and what it cost to find out.</summary>
internal static class SummarySection
{
    public static string Render(InspectionJobResult result)
    {
        IReadOnlyList<QualityProblem> problems = result.Inspection.Problems;
        StringBuilder text = new("<section id=\"overview\">\n<h2>Overview</h2>\n<div class=\"tiles\">\n");
        text.Append(Tile(0, result.Tables.Images, "images",
            $"of {PageText.Count(result.Tables.Patients)} patients; at most {PageText.Count(result.Tables.MostImages)} of one"));
        text.Append(Tile(1, Count(ProblemSeverity.Fault), "faults", "wrong: results suffer as long as they stay"));
        text.Append(Tile(3, Count(ProblemSeverity.Suspect), "suspects", "probably wrong: a person should look"));
        text.Append(Tile(2, result.LeaveOut, "images to leave out",
            "what `inspect --write-exclusions` lists and `train --exclude` leaves out"));
        text.Append("</div>\n<div class=\"facts\">");
        text.Append(PageParts.Facts("Files", [
            .. result.Inspection.Forms.Take(12).Select(form => new NamedValue(form.Form, PageText.Count(form.Files)))]));
        text.Append(PageParts.Facts("Labels",
        [
            new("file", Path.GetFileName(result.Index.Labels.SourcePath)),
            new("rows", PageText.Count(result.Index.Labels.Rows.Count)),
            new("release", result.Inspection.Release),
        ]));
        InspectionResult inspection = result.Inspection;
        text.Append(PageParts.Facts("What it took",
        [
            new("preparation", result.Preparation.Decoded == 0 ? "nothing: every record was there"
                : $"{PageText.Count(result.Preparation.Decoded)} images decoded in {result.Preparation.Elapsed.TotalSeconds:0.00} s; training decodes none of them again"),
            new("inspection", $"{inspection.Elapsed.TotalSeconds:0.00} s"),
            new("of it headers, pixels, search", $"{inspection.HeaderTime.TotalSeconds:0.00} s, {inspection.RecordTime.TotalSeconds:0.00} s, {inspection.SearchTime.TotalSeconds:0.00} s"),
            new("pairs compared in detail", PageText.Count(inspection.ComparedPairs)),
            new("images looked at", $"{result.Layout.Size} x {result.Layout.Size} pixels, as training sees them"),
        ]));
        return text.Append("</div>\n</section>").ToString();

        int Count(ProblemSeverity severity) => problems.Count(problem => problem.Severity == severity);
    }

    private static string Tile(int color, int value, string name, string words) =>
        $"<div class=\"tile c{color}\"><h3>{name}</h3><p class=\"big\">{PageText.Count(value)}</p><p class=\"note\">{ReportPage.Safe(words)}</p></div>\n";
}
