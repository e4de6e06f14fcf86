using System.Globalization;
using System.Text;

namespace ChestXray.Model.Reporting;

/// <summary>The classification report of each model.</summary>
internal static class ScoresSection
{
    public static string Render(ReportData data)
    {
        StringBuilder text = new("<section id=\"report\">\n<h2>Precision, recall, F1</h2>\n");
        text.Append("<p class=\"muted\">As scikit-learn prints them. An image counts as positive above the threshold.</p>\n<div class=\"twin\">\n");
        for (int i = 0; i < data.Models.Count; i++)
        {
            TrainedModel model = data.Models[i];
            double[] thresholds = [.. model.Result.PerDisease.Values.Select(finding => finding.Threshold).Distinct()];
            string at = thresholds.Length == 1
                ? "threshold " + thresholds[0].ToString(CultureInfo.InvariantCulture)
                : "thresholds chosen on the validation set";
            text.Append($"<div><h3><span class=\"key c{i % 4}\"><i></i>{ReportPage.Safe(model.Loss)} loss, {at}</span></h3>");
            text.Append($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Classification report of the {ReportPage.Safe(model.Loss)} loss\">");
            text.Append($"<pre>{ReportPage.Safe(model.Result.ClassificationReport)}</pre></div></div>\n");
        }

        return text.Append("</div>\n</section>").ToString();
    }
}
