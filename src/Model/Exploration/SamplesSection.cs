using System.Text;
using ChestXray.Model.Reporting;
using ChestXray.Pipeline;

namespace ChestXray.Model.Exploration;

/// <summary>A few images of every finding, of different patients, spread over the set.</summary>
internal static class SamplesSection
{
    private const int Each = 6;

    public static string Render(InspectionJobResult result, Thumbnails thumbnails)
    {
        StringBuilder text = new("<section id=\"samples\">\n<h2>Sample images of each finding</h2>\n");
        text.Append("<p class=\"muted\">Of different patients, spread over the set; where there are enough, images with this finding alone.</p>\n");
        InspectedImage[] images = [.. result.Inspection.Images];
        for (int finding = 0; finding < Findings.Count; finding++)
            text.Append(Row(PageText.Finding(Findings.Names[finding]), Choose(images, finding), thumbnails));
        return text.Append(Row("No finding", Choose(images, -1), thumbnails)).Append("</section>").ToString();
    }

    private static string Row(string name, InspectedImage[] images, Thumbnails thumbnails)
    {
        if (images.Length == 0)
            return $"<h3>{name}</h3><p class=\"note\">No image.</p>\n";
        StringBuilder text = new($"<h3>{name}</h3>\n<div class=\"thumbs\">\n");
        foreach (InspectedImage image in images)
        {
            string labels = string.Join(", ", Findings.Names.Where((_, i) => image.Label.Has(i)).Select(PageText.Finding));
            string caption = $"{Path.GetFileNameWithoutExtension(image.Label.FileName)}, {image.Label.View}";
            text.Append($"<figure>{thumbnails.Of(image.Record, $"{caption}: {(labels.Length == 0 ? "no finding" : labels)}")}<figcaption>{ReportPage.Safe(caption)}<br/>{labels}</figcaption></figure>\n");
        }

        return text.Append("</div>\n").ToString();
    }

    private static InspectedImage[] Choose(InspectedImage[] images, int finding)
    {
        InspectedImage[] own =
        [
            .. images.Where(image => finding < 0 ? image.Label.FindingBits == 0 : image.Label.Has(finding))
                .OrderBy(image => ushort.PopCount(image.Label.FindingBits)).DistinctBy(image => image.Label.PatientId),
        ];
        int alone = own.Count(image => ushort.PopCount(image.Label.FindingBits) <= 1);
        InspectedImage[] pool = alone >= Each ? own[..alone] : own;
        int count = Math.Min(Each, pool.Length);
        return [.. Enumerable.Range(0, count).Select(i => pool[(int)((long)i * pool.Length / count)])];
    }
}
