using System.Text;
using ChestXray.Pipeline;

namespace ChestXray.Model.Reporting;

/// <summary>
/// Published areas beside the run's own; official and random splits in tables of their own. Nothing for phantoms.
/// </summary>
internal static class FieldSection
{
    public static string Render(ReportData data)
    {
        if (data.IsPhantom || !data.Models[0].Test.Findings.SequenceEqual(Findings.Names))
            return "";

        StringBuilder text = new("<section id=\"field\">\n<h2>Beside the field</h2>\n");
        text.Append("<p class=\"muted\">Published AUCs on this data set. NIH&#8217;s official test set is far sicker than patients drawn at random " +
            "(no finding in 38.5 % of its images against 58.3 %), so the same model comes out lower on it: the two kinds are kept apart. Random splits " +
            "differ among themselves, too, and nobody printed intervals.</p>\n");
        text.Append(data.IsOfficialSplit switch
        {
            null => "<p>This run does not say how its patients were divided; its figures stand in neither table.</p>\n",
            _ => $"<p>This run was tested on {PageText.Count(data.Models[0].Test.Count)} images" +
                $"{(data.Models[0].Result.Patients is { } patients ? $" of {PageText.Count(patients)} patients" : "")}; the whole data set has 112,120 images of 30,805. " +
                $"Its figures stand with the {(data.IsOfficialSplit == true ? "official" : "random")} splits only.</p>\n",
        });
        text.Append(Table(data, isOfficial: false)).Append(Table(data, isOfficial: true));
        return text.Append("</section>").ToString();
    }

    private static string Table(ReportData data, bool isOfficial)
    {
        PublishedResult[] published = [.. PublishedResult.All.Where(result => result.IsOfficialSplit == isOfficial)];
        IReadOnlyList<TrainedModel> own = data.IsOfficialSplit == isOfficial ? data.Models : [];
        StringBuilder text = new($"<h3>{(isOfficial ? "Official split" : "Random splits")}</h3>\n");
        text.Append(PageParts.OpenTable(isOfficial ? "AUCs on the official split" : "AUCs on random splits"))
            .Append("<thead><tr><th scope=\"col\">finding</th>");
        for (int i = 0; i < own.Count; i++)
            text.Append($"<th class=\"m c{PageParts.Color(i)}\" scope=\"col\">this run,<br/>{ReportPage.Safe(own[i].ShortName)}</th>");
        foreach (PublishedResult result in published)
            text.Append($"<th scope=\"col\">{ReportPage.Safe(result.Name).Replace("/", "/<wbr/>").Replace(" (", "<br/>(")}<br/>{result.Year}</th>");
        text.Append("</tr></thead>\n<tbody>\n");
        for (int finding = 0; finding < Findings.Count; finding++)
        {
            text.Append($"<tr><th scope=\"row\">{PageText.Finding(Findings.Names[finding])}</th>");
            foreach (TrainedModel model in own)
            {
                FindingResult result = model.Result.PerDisease[Findings.Names[finding]];
                text.Append(PageParts.Cell(result.RocAuc, result.RocAucInterval, PageText.Area));
            }

            foreach (PublishedResult result in published)
                text.Append($"<td>{PageText.Area(result.RocAuc[finding])}</td>");
            text.Append("</tr>\n");
        }

        text.Append("</tbody>\n<tfoot><tr><th scope=\"row\">mean</th>");
        foreach (TrainedModel model in own)
            text.Append(PageParts.Cell(model.Result.MeanRocAuc, model.Result.MeanRocAucInterval, PageText.Area));
        foreach (PublishedResult result in published)
            text.Append($"<td>{PageText.Area(result.MeanRocAuc)}</td>");
        text.Append("</tr></tfoot></table></div>\n<ul class=\"sources\">");
        foreach (PublishedResult result in published)
            text.Append($"<li>{ReportPage.Safe(result.Name)}, {result.Year}: {ReportPage.Safe(result.Note)}</li>");
        text.Append(isOfficial
            ? "<li>EVA-X-B reports a mean of 0.835 without areas by finding.</li>"
            : "<li>The guide reports a mean of 0.75 for either loss.</li>");
        return text.Append("</ul>\n").ToString();
    }
}
