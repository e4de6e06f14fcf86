using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>
/// Puts a comparison's page together: for each test set what its models reach, and how sure the differences are.
/// </summary>
internal static class ComparisonPage
{
    public static string Render(RunComparison comparison)
    {
        List<(string Id, string Name, string Markup)> sections = [("overview", "", Overview(comparison))];
        for (int i = 0; i < comparison.Groups.Count; i++)
        {
            ComparisonGroup group = comparison.Groups[i];
            string of = comparison.Groups.Count == 1 ? "" : $", test set {i + 1}";
            sections.Add(($"models{i}", $"Models{of}", Models(group, i, of)));
            if (group.Pairs.Count > 0)
                sections.Add(($"paired{i}", $"Differences{of}", $"<section id=\"paired{i}\">\n<h2>Is one model better?</h2>\n{PairedSection.Words}{PairedSection.Table(group.Pairs)}{PairedSection.Note}</section>"));
            sections.Add(($"areas{i}", $"AUC{of}", AreaSection.Render(group.Models, $"areas{i}")));
            sections.Add(($"roc{i}x", $"ROC curves{of}", RocSection.Render(group.Models, $"roc{i}x")));
        }

        string runs = string.Join(", ", comparison.Groups.SelectMany(group => group.Runs).Select(run => run.Name).Distinct());
        return new PageFrame("ChestXray runs side by side", runs, comparison.Groups.Any(group => group.IsPhantom),
            DateTimeOffset.Now).Render(sections);
    }

    private static string Overview(RunComparison comparison)
    {
        if (comparison.Warnings.Count == 0)
            return "";
        string items = string.Concat(comparison.Warnings.Select(warning => $"<li>{ReportPage.Safe(warning)}</li>"));
        return $"<section id=\"overview\">\n<h2>Before you compare</h2>\n<ul class=\"warn\">{items}</ul>\n</section>";
    }

    private static string Models(ComparisonGroup group, int number, string of)
    {
        EvaluationResult first = group.Models[0].Result;
        string split = group.IsOfficialSplit switch
        {
            true => "NIH&#8217;s official test set",
            false => "patients drawn at random",
            null => "patients of which the runs do not say how they were drawn",
        };
        StringBuilder text = new($"<section id=\"models{number}\">\n<h2>Models{of}</h2>\n");
        text.Append($"<p class=\"muted\">{PageText.Count(first.Rows)} images of {PageText.Count(first.Patients ?? 0)} patients: {split}" +
            $"{(group.IsPhantom ? "; PHANTOM DATA" : "")}.</p>\n");
        text.Append(PageParts.OpenTable("Models on the same test set"));
        text.Append("<thead><tr><th scope=\"col\">model</th><th scope=\"col\">mean AUC</th><th scope=\"col\">against the first</th><th scope=\"col\">p</th>" +
            "<th scope=\"col\">mean AP</th><th scope=\"col\">mean Keras AUC</th><th scope=\"col\">positive pairs<br/>detected at 0.5</th>" +
            "<th scope=\"col\">negative pairs<br/>detected at 0.5</th><th scope=\"col\">calibration error</th><th scope=\"col\">epochs</th></tr></thead>\n<tbody>\n");
        for (int i = 0; i < group.Models.Count; i++)
            text.Append(Row(group, i));
        text.Append("</tbody></table></div>\n");
        string[] warnings = [.. group.Models.SelectMany(model => model.Result.Warnings).Distinct()];
        if (warnings.Length > 0)
            text.Append("<ul class=\"warn\">").AppendJoin("", warnings.Select(warning => $"<li>{ReportPage.Safe(warning)}</li>"))
                .Append("</ul>\n");
        return text.Append(Options(group)).Append("</section>").ToString();
    }

    private static string Row(ComparisonGroup group, int index)
    {
        TrainedModel model = group.Models[index];
        EvaluationResult result = model.Result;
        FindingIntervals? all = result.Intervals;
        ModelComparison? against = group.Pairs.FirstOrDefault(pair => pair.First == model.Name)?.RocAuc.GetValueOrDefault("mean");
        return $"<tr><th scope=\"row\"><span class=\"key c{PageParts.Color(index)}\"><i class=\"dot\"></i>{ReportPage.Safe(model.Name)}</span></th>" +
            PageParts.Cell(result.MeanRocAuc, all?.RocAuc, PageText.Area) +
            PageParts.Cell(against?.Difference, against?.Interval, PageText.Difference) +
                $"<td>{PageText.Chance(against?.PValue)}</td>" +
            PageParts.Cell(result.MeanAveragePrecision, all?.AveragePrecision, PageText.Area) +
            PageParts.Cell(result.MeanKerasAuc200, all?.KerasAuc200, PageText.Area) +
            PageParts.Cell(result.DetectedPositivePercentAtHalf, all?.DetectedPositivePercentAtHalf, PageText.Percent) +
            PageParts.Cell(result.DetectedNegativePercentAtHalf, all?.DetectedNegativePercentAtHalf, PageText.Percent) +
            PageParts.Cell(result.MeanCalibrationError, all?.CalibrationError, PageText.Area) +
                $"<td>{model.History.Count}</td></tr>\n";
    }

    private static string Options(ComparisonGroup group)
    {
        if (group.Runs.Count < 2)
            return "";
        if (group.DifferingOptions.Count == 0)
            return "<p class=\"note\">The runs were made with the same options.</p>\n";
        StringBuilder text = new("<h3>What the runs were told differently</h3>\n");
        text.Append(PageParts.OpenTable("Options that differ", isSortable: false))
            .Append("<thead><tr><th scope=\"col\">option</th>");
        foreach (TrainedRun run in group.Runs)
            text.Append($"<th scope=\"col\">{ReportPage.Safe(run.Name)}</th>");
        text.Append("</tr></thead>\n<tbody>");
        foreach ((string name, IReadOnlyList<string> values) in group.DifferingOptions)
            text.Append($"<tr><th scope=\"row\">{ReportPage.Safe(name)}</th>{string.Concat(values.Select(value => $"<td>{ReportPage.Safe(value)}</td>"))}</tr>");
        return text.Append("</tbody></table></div>\n").ToString();
    }
}
