using System.Net;

namespace ChestXray.Model.Reporting;

/// <summary>Puts a run's page together.</summary>
internal static class ReportPage
{
    /// <summary>Text for the page: markup characters escaped.</summary>
    public static string Safe(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The page.</summary>
    public static string Render(ReportData data) => new PageFrame(data.Title, data.DataSource, data.IsPhantom, data.Made).Render(
    [
        ("overview", "", OverviewSection.Render(data)),
        ("areas", "AUC", AreaSection.Render(data.Models)),
        ("field", "Beside the field", FieldSection.Render(data)),
        ("roc", "ROC curves", RocSection.Render(data.Models)),
        ("precision-recall", "Precision and recall", PrecisionRecallSection.Render(data)),
        ("detection", "Detection and the two losses", DetectionSection.Render(data)),
        ("paired", "Is one better?", PairedSection.Render(data)),
        ("thresholds", "Chosen thresholds", ThresholdSection.Render(data)),
        ("calibration", "Calibration", CalibrationSection.Render(data)),
        ("subgroups", "Sexes, ages, views", SubgroupSection.Render(data)),
        ("images", "Images", SampleSection.Render(data)),
        ("training", "Training", TrainingSection.Render(data)),
        ("report", "Precision, recall, F1", ScoresSection.Render(data)),
        ("data", "Data and split", DataSection.Render(data)),
        ("words", "What each measure means", WordsSection.Render(data)),
        ("run", "This run", RunSection.Render(data)),
    ]);
}
