using System.Text;
using ScottPlot;

namespace ChestXray.Model.Reporting;

/// <summary>Five small plots per trained loss.</summary>
internal static class TrainingSection
{
    public static string Render(ReportData data)
    {
        StringBuilder text = new("<section id=\"training\">\n<h2>Training</h2>\n");
        text.Append("<p class=\"muted\">The losses of the two models have different scales (the weighted one is a sum over the findings, " +
            "the plain one a mean), so their heights can't be compared. Dotted: the epoch whose weights were tested.</p>\n");
        for (int i = 0; i < data.Models.Count; i++)
            text.Append(Model(data.Models[i], i));
        return text.Append("</section>").ToString();
    }

    private static string Model(TrainedModel model, int index)
    {
        string name = ReportPage.Safe(model.Loss);
        if (model.History.Count == 0)
            return $"<h3>{name} loss</h3><p class=\"note\">The training of this model was not recorded.</p>\n";

        string tested = model.BestEpoch >= 0 ? $", tested with the weights of epoch {model.BestEpoch + 1}" : "";
        StringBuilder text = new($"<h3>{name} loss: {model.History.Count} epochs{tested}</h3>\n");
        text.Append($"<p><span class=\"key c{PageParts.Color(index)}\"><i></i>validation</span><span class=\"key c{PageParts.Color(index)}\"><i class=\"faint\"></i>train</span></p>\n");
        text.Append("<div class=\"plots\">\n");
        Color color = PlotLook.Series(index);
        for (int i = 0; i < TrainingPlot.Measures.Count; i++)
        {
            (string measure, Func<SetMetrics, double> of) = TrainingPlot.Measures[i];
            EpochMetrics last = model.History[^1];
            string figures = $"last: train {PageText.Area(of(last.Train))}, validation {PageText.Area(of(last.Validation))}";
            string svg = InlineSvg.Of(TrainingPlot.Of(model, of, color), 240, 190, $"t{index}x{i}",
                $"{measure} of the {model.Loss} loss by epoch, {figures}");
            text.Append($"<figure><figcaption>{measure}<span>{figures}</span></figcaption>{svg}</figure>\n");
        }

        return text.Append("</div>\n").ToString();
    }
}
