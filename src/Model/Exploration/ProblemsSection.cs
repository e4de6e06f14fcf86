using System.Text;
using ChestXray.Model.Reporting;
using ChestXray.Pipeline;

namespace ChestXray.Model.Exploration;

/// <summary>Every kind of problem with its remedy, and its first images.</summary>
internal static class ProblemsSection
{
    private const int Pictures = 12, Sentences = 30;

    public static string Render(InspectionJobResult result, Thumbnails thumbnails)
    {
        IGrouping<string, QualityProblem>[] codes =
        [
            .. result.Inspection.Problems.GroupBy(problem => problem.Code)
                .OrderByDescending(group => group.First().Severity).ThenByDescending(group => group.Count())
                    .ThenBy(group => group.Key, StringComparer.Ordinal),
        ];
        StringBuilder text = new("<section id=\"problems\">\n<h2>Problems of the data</h2>\n");
        if (codes.Length == 0)
            return text.Append("<p>None was found.</p>\n</section>").ToString();
        text.Append("<p class=\"muted\">A fault is wrong, a suspect should be looked at, a note is good to know. All are in inspection.json beside this page.</p>\n");
        text.Append(PageParts.OpenTable("Problems by kind"));
        text.Append("<thead><tr><th scope=\"col\">kind</th><th scope=\"col\">severity</th><th scope=\"col\">how many</th><th scope=\"col\">of images</th><th scope=\"col\">left out</th><th class=\"text\" scope=\"col\">what to do</th></tr></thead>\n<tbody>\n");
        foreach (IGrouping<string, QualityProblem> code in codes)
        {
            QualityProblem first = code.First();
            string severity = first.Severity.ToString().ToLowerInvariant();
            text.Append($"<tr><th scope=\"row\" class=\"code\">{code.Key}</th><td><span class=\"tag {severity}\">{severity}</span></td><td>{PageText.Count(code.Count())}</td>");
            text.Append($"<td>{PageText.Percent(100.0 * code.Count() / Math.Max(1, result.Tables.Images))}</td><td>{(first.LeaveOut ? "yes" : "no")}</td><td class=\"text\">{ReportPage.Safe(first.Remedy)}</td></tr>\n");
        }

        text.Append("</tbody></table></div>\n");
        Dictionary<string, InspectedImage> images = result.Inspection.Images.ToDictionary(image => image.Label.FileName);
        foreach (IGrouping<string, QualityProblem> code in codes)
            text.Append(Details(code, images, thumbnails));
        text.Append($"<p class=\"note\">Mirrored radiographs can hardly be told from their grey levels: in this set an image lies {result.Inspection.MirrorSeparation:0.0} deviations on its own side of the middle, its mirror image as far on the other, and only what lies 4 off is named.</p>\n");
        return text.Append("</section>").ToString();
    }

    private static string Details(
        IGrouping<string, QualityProblem> code, Dictionary<string, InspectedImage> images, Thumbnails thumbnails)
    {
        bool isOpen = code.First().Severity != ProblemSeverity.Note;
        StringBuilder text = new($"<details{(isOpen ? " open=\"open\"" : "")}><summary><span class=\"code\">{code.Key}</span>: {PageText.Count(code.Count())}</summary>\n");
        StringBuilder pictures = new();
        foreach (QualityProblem problem in code.Where(problem => images.ContainsKey(problem.Name)).Take(Pictures))
        {
            pictures.Append(Figure(images[problem.Name], thumbnails, code.Key));
            if (problem.Other is { } other && images.TryGetValue(other, out InspectedImage second) && problem.Code.EndsWith("patients", StringComparison.Ordinal) == false)
                pictures.Append(Figure(second, thumbnails, "the other"));
        }

        if (pictures.Length > 0)
            text.Append("<div class=\"thumbs\">\n").Append(pictures).Append("</div>\n");
        text.Append("<ul class=\"problems\">\n");
        foreach (QualityProblem problem in code.Take(Sentences))
            text.Append($"<li>{ReportPage.Safe(problem.What)}</li>\n");
        text.Append("</ul>\n");
        if (code.Count() > Sentences)
            text.Append($"<p class=\"note\">And {PageText.Count(code.Count() - Sentences)} more in inspection.json.</p>\n");
        return text.Append("</details>\n").ToString();
    }

    private static string Figure(in InspectedImage image, Thumbnails thumbnails, string words)
    {
        string name = ReportPage.Safe(Path.GetFileNameWithoutExtension(image.Label.FileName));
        return $"<figure>{thumbnails.Of(image.Record, $"{image.Label.FileName}: {words}")}<figcaption>{name}<br/>{ReportPage.Safe(words)}</figcaption></figure>\n";
    }
}
