using ChestXray.Model;

namespace ChestXray.App;

/// <summary>An evaluation as text.</summary>
internal static class EvaluationText
{
    public static void Write(TextWriter output, EvaluationResult result)
    {
        output.WriteLine($"{result.Rows:N0} images{(result.Patients is { } patients ? $" of {patients:N0} patients" : "")}. Not for medical use.");
        output.WriteLine();
        output.WriteLine($"{"",-20}{"AUC",10}{"Keras AUC",12}{"precision",12}{"positives",12}{"detected",12}{"negatives",12}");
        output.WriteLine($"{"",-20}{"exact",10}{"(200)",12}{"(average)",12}{"",12}{"at 0.5, %",12}{"at 0.5, %",12}");
        foreach ((string name, FindingResult finding) in result.PerDisease)
        {
            output.WriteLine(
                $"{name,-20}{finding.RocAuc?.ToString("0.0000") ?? "-",10}{finding.KerasAuc200,12:0.0000}{finding.AveragePrecision?.ToString("0.0000") ?? "-",12}" +
                $"{finding.Positives,12:N0}{finding.DetectedPositivePercentAtHalf?.ToString("0.00") ?? "-",12}{finding.DetectedNegativePercentAtHalf?.ToString("0.00") ?? "-",12}");
        }

        output.WriteLine(
            $"{$"mean of {result.MeanRocAucFindings}",-20}{result.MeanRocAuc?.ToString("0.0000") ?? "-",10}{result.MeanKerasAuc200,12:0.0000}" +
            $"{result.MeanAveragePrecision?.ToString("0.0000") ?? "-",12}{"together",12}{result.DetectedPositivePercentAtHalf?.ToString("0.00") ?? "-",12}" +
            $"{result.DetectedNegativePercentAtHalf?.ToString("0.00") ?? "-",12}");
        output.WriteLine();
        output.WriteLine(result.ClassificationReport);
        foreach (string warning in result.Warnings)
            output.WriteLine("Note: " + warning);
    }
}
