using System.Text;
using ChestXray.Model.Reporting;

namespace ChestXray.Model.Exploration;

/// <summary>How far the labels can be trusted.</summary>
internal static class ReliabilitySection
{
    public static string Render()
    {
        StringBuilder text = new("<section id=\"reliability\">\n<h2>How right are the labels?</h2>\n");
        text.Append("<p>NIH's labels were read out of radiologists' reports by a program; nobody looked at the images for them. Where radiologists did look again at 4,376 of these images, this is what the labels were worth:</p>\n");
        text.Append(PageParts.OpenTable("NIH's labels against adjudicated readings"));
        text.Append("<thead><tr><th scope=\"col\">finding</th><th scope=\"col\">positive labels that are right</th><th scope=\"col\">positive images that are labelled</th><th scope=\"col\">agreement beyond chance (kappa)</th></tr></thead>\n<tbody>\n");
        foreach (LabelReliability.Row row in LabelReliability.Reviewed)
            text.Append($"<tr><th scope=\"row\">{row.Finding}</th><td>{PageText.Percent(100 * row.Precision)}</td><td>{PageText.Percent(100 * row.Sensitivity)}</td><td>{row.Kappa:0.00}</td></tr>\n");
        text.Append("</tbody></table></div>\n<ul class=\"problems\">\n");
        foreach (string sentence in LabelReliability.Others)
            text.Append($"<li>{ReportPage.Safe(sentence)}</li>\n");
        return text.Append("</ul>\n<p class=\"note\">Source: the relabelled images as shipped with torchxrayvision; computed against NIH's labels of the same images.</p>\n</section>").ToString();
    }
}
