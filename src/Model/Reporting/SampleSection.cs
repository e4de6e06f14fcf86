using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>What the first model is surest of, rightly and wrongly; nothing where no pictures were kept.</summary>
internal static class SampleSection
{
    public static string Render(ReportData data)
    {
        if (data.Samples.Count == 0)
            return "";

        StringBuilder text = new("<section id=\"images\">\n<h2>Images</h2>\n");
        text.Append($"<p class=\"muted\">{(data.IsPhantom ? "Phantoms" : "Radiographs")} of the test set as the {ReportPage.Safe(data.Models[0].Name)} sees them: for each finding " +
            "the positive image it is surest of, the negative one it takes for positive most surely, and the positive one it believes in least. Labels were " +
            "read from reports by a program and are wrong in many images: a false alarm or a miss here can be the label's. The colours of the second picture (Grad-CAM) " +
            "say what the network looked at for this finding, not where a disease is.</p>\n");
        foreach (IGrouping<string, SampleRadiograph> finding in data.Samples.GroupBy(sample => sample.Finding))
        {
            text.Append($"<h3>{PageText.Finding(ReportPage.Safe(finding.Key))}</h3>\n<div class=\"samples\">\n");
            foreach (SampleRadiograph sample in finding)
                text.Append(Figure(sample));
            text.Append("</div>\n");
        }

        return text.Append("</section>").ToString();
    }

    private static string Figure(SampleRadiograph sample)
    {
        string labels = ReportPage.Safe(PageText.Finding(sample.Labels.Replace("|", ", "))), name = ReportPage.Safe(sample.Name);
        string words = $"{name}, labelled {labels}: {PageText.Area(sample.Probability)} for {PageText.Finding(ReportPage.Safe(sample.Finding))}";
        return $"<figure>{Picture(words, sample.Jpeg)}{(sample.HeatJpeg is { } heat ? Picture($"Heat map of {words}", heat) : "")}" +
            $"<figcaption>{sample.Kind}: {PageText.Area(sample.Probability)}<span>{labels}</span><span>{name}</span></figcaption></figure>\n";
    }

    private static string Picture(string words, byte[] jpeg) =>
        $"<img width=\"128\" height=\"128\" alt=\"{words}\" src=\"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}\"/>";
}
