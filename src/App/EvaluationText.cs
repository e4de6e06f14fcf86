using ChestXray.Model;

namespace ChestXray.App;

/// <summary>An evaluation as text.</summary>
internal static class EvaluationText
{
    public static void Write(TextWriter output, EvaluationResult result)
    {
        output.WriteLine($"{result.Rows:N0} images{(result.Patients is { } patients ? $" of {patients:N0} patients" : "")}. Not for medical use.");
        output.WriteLine();
        output.WriteLine($"{"",-20}{"AUC",8}{"95 % interval",16}{"Keras",8}{"average",11}{"positives",11}{"detected",11}{"negatives",11}");
        output.WriteLine($"{"",-20}{"exact",8}{"of the AUC",16}{"(200)",8}{"precision",11}{"",11}{"at 0.5, %",11}{"at 0.5, %",11}");
        foreach ((string name, FindingResult finding) in result.PerDisease)
        {
            output.WriteLine(Row(
                name, finding.RocAuc, finding.RocAucInterval, finding.KerasAuc200, finding.AveragePrecision,
                finding.Positives.ToString("N0"),
                finding.DetectedPositivePercentAtHalf, finding.DetectedNegativePercentAtHalf));
        }

        output.WriteLine(Row(
            $"mean of {result.MeanRocAucFindings}", result.MeanRocAuc, result.MeanRocAucInterval, result.MeanKerasAuc200,
            result.MeanAveragePrecision, "together",
            result.DetectedPositivePercentAtHalf, result.DetectedNegativePercentAtHalf));
        foreach ((string source, OperatingPoint point) in result.OperatingPoints.Where(point => point.Key != Evaluator.Half))
        {
            ClassScores scores = point.All.Scores;
            output.WriteLine(
                $"At thresholds from '{source}', all findings together: precision {scores.Precision:0.000}, recall {scores.Recall:0.000}, F1 {scores.F1:0.000}" +
                (point.All.Intervals?.F1 is { } range ? $" ({range.Low:0.000} to {range.High:0.000})." : "."));
        }

        foreach (Subgroup group in result.Subgroups)
        {
            string interval = group.MeanRocAucInterval is { } range ? $" ({range.Low:0.000} to {range.High:0.000})" : " (no interval: too few patients)";
            output.WriteLine(
                $"{$"{group.By} {group.Name}",-20}{group.Images,8:N0} images of {group.Patients:N0} patients, " +
                $"mean AUC over {group.MeanFindings.Count} findings {group.MeanRocAuc?.ToString("0.000") ?? "-"}{interval}");
        }

        output.WriteLine();
        output.WriteLine(result.ClassificationReport);
        foreach (string warning in result.Warnings)
            output.WriteLine("Note: " + warning);
    }

    private static string Row(
        string name, double? area, Interval? interval, double keras, double? precision, string positives, double? detected,
        double? negatives) =>
        $"{name,-20}{area?.ToString("0.0000") ?? "-",8}{(interval is { } range ? $"{range.Low:0.000} to {range.High:0.000}" : "-"),16}{keras,8:0.0000}" +
        $"{precision?.ToString("0.0000") ?? "-",11}{positives,11}{detected?.ToString("0.00") ?? "-",11}{negatives?.ToString("0.00") ?? "-",11}";
}
