using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>Sexes, ages and views apart; nothing where they were not measured.</summary>
internal static class SubgroupSection
{
    public static string Render(ReportData data)
    {
        IReadOnlyList<Subgroup> groups = data.Models[0].Result.Subgroups;
        if (groups.Count == 0)
            return "";

        StringBuilder text = new("<section id=\"subgroups\">\n<h2>Sexes, ages, views</h2>\n");
        text.Append("<p class=\"muted\">The same model on parts of the test set. Within a kind the mean is over the findings that all its groups can " +
            "define. Groups differ in their patients, too: a lower figure is a reason to look, no proof of a fault.</p>\n");
        text.Append(PageParts.OpenTable("Mean AUC and detection by sex, age and view"));
        int count = data.Models.Count;
        text.Append("<thead><tr><th rowspan=\"2\" scope=\"col\">group</th><th rowspan=\"2\" scope=\"col\">images</th><th rowspan=\"2\" scope=\"col\">patients</th>");
        foreach (string head in (string[])["mean AUC", "positive pairs detected", "negative pairs detected",
            "mean calibration error"])
            text.Append($"<th colspan=\"{count}\" scope=\"colgroup\">{head}</th>");
        text.Append("</tr><tr>").Append(string.Concat(Enumerable.Repeat(PageParts.ModelHeads(data.Models), 4)))
            .Append("</tr></thead>\n<tbody>\n");
        for (int i = 0; i < groups.Count; i++)
            text.Append(Row([.. data.Models.Select(model => model.Result.Subgroups[i])]));
        text.Append("</tbody></table></div>\n").Append("<h3>AUC by finding</h3>\n");
        for (int i = 0; i < count; i++)
            text.Append(ByFinding(data.Models[i], i));
        return text.Append("<p class=\"note\">A dash: the group has images of one sign only. Grey: fewer than 20 patients (with the finding), so that the " +
            "figure says little. Detection is at each finding's threshold of the whole set.</p>\n</section>").ToString();
    }

    private static string Row(Subgroup[] models)
    {
        Subgroup first = models[0];
        string thin = first.Patients < Evaluation.EvaluationWarnings.FewPatients ? " class=\"muted\"" : "";
        StringBuilder text = new(
            $"<tr{thin}><th scope=\"row\">{Name(first)}<small>{first.MeanFindings.Count} findings</small></th>");
        text.Append($"<td>{PageText.Count(first.Images)}</td><td>{PageText.Count(first.Patients)}</td>");
        foreach (Subgroup group in models)
            text.Append(PageParts.Cell(group.MeanRocAuc, group.MeanRocAucInterval, PageText.Area));
        foreach (Subgroup group in models)
            text.Append(PageParts.Cell(group.AtThreshold.Counts.DetectedPositivePercent,
                group.AtThreshold.Intervals?.DetectedPositivePercent, PageText.Percent));
        foreach (Subgroup group in models)
            text.Append(PageParts.Cell(group.AtThreshold.Counts.DetectedNegativePercent,
                group.AtThreshold.Intervals?.DetectedNegativePercent, PageText.Percent));
        foreach (Subgroup group in models)
            text.Append(PageParts.Cell(group.MeanCalibrationError, group.MeanCalibrationErrorInterval, PageText.Area));
        return text.Append("</tr>\n").ToString();
    }

    private static string ByFinding(TrainedModel model, int index)
    {
        IReadOnlyList<Subgroup> groups = model.Result.Subgroups;
        StringBuilder text = new(
            $"<p><span class=\"key c{PageParts.Color(index)}\"><i></i>{ReportPage.Safe(model.Name)}</span></p>\n");
        text.Append(PageParts.OpenTable($"AUC by finding and group, {model.Name}"))
            .Append("<thead><tr><th scope=\"col\">finding</th>");
        foreach (Subgroup group in groups)
            text.Append($"<th scope=\"col\">{Name(group)}</th>");
        text.Append("</tr></thead>\n<tbody>\n");
        foreach (string finding in model.Test.Findings)
        {
            text.Append($"<tr><th scope=\"row\">{PageText.Finding(finding)}</th>");
            foreach (Subgroup group in groups)
            {
                SubgroupFinding result = group.PerDisease[finding];
                bool isThin = result.PositivePatients < Evaluation.EvaluationWarnings.FewPatients;
                text.Append($"<td{(isThin ? " class=\"muted\"" : "")}>{PageText.Area(result.RocAuc)}{PageParts.Small(result.RocAucInterval, PageText.Area)}</td>");
            }

            text.Append("</tr>\n");
        }

        return text.Append("</tbody></table></div>\n").ToString();
    }

    private static string Name(Subgroup group) => ReportPage.Safe(group.By switch
    {
        "sex" => group.Name switch { "F" => "women", "M" => "men", _ => $"sex {group.Name}" },
        "age" => group.Name == "unknown" ? "age unknown" : $"{group.Name} years",
        _ => group.Name == "unknown" ? "view unknown" : $"{group.Name} view",
    });
}
