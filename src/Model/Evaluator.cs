using ChestXray.Model.Evaluation;

namespace ChestXray.Model;

/// <summary>Measures predictions. Stateless, thread-safe.</summary>
public static class Evaluator
{
    private const int FewPatients = 20;

    /// <summary>Computes every measure.</summary>
    /// <param name="predictions">Probabilities and labels of one set.</param>
    /// <param name="options">Thresholds; null for 0.5 everywhere.</param>
    /// <exception cref="ArgumentException">A threshold that is no number from 0 to 1, or not one per finding.</exception>
    public static EvaluationResult Evaluate(Predictions predictions, EvaluationOptions? options = null)
    {
        options ??= new();
        double[] thresholds = Thresholds(predictions, options);
        FindingResult[] findings = new FindingResult[predictions.Findings.Count];
        Parallel.For(0, findings.Length, i => findings[i] = Measure(predictions, i, thresholds[i]));
        WeightedScores[][]? draws = Draw(predictions, thresholds, options);
        if (draws is not null)
            Parallel.For(0, findings.Length, i => findings[i] = findings[i] with { Intervals = Intervals.Of(draws[i]) });

        ClassScores[] rows = [.. findings.Select(finding => finding.Scores)];
        ThresholdCounts all = findings.Aggregate(default(ThresholdCounts), (sum, finding) => sum + finding.AtThreshold);
        ThresholdCounts half = CountsAtHalf(predictions);
        ReportAverages averages = ClassificationReport.Averages(predictions, thresholds, rows, all);
        double[] areas = [.. findings.Select(finding => finding.RocAuc).OfType<double>()];
        double[] precisions = [.. findings.Select(finding => finding.AveragePrecision).OfType<double>()];
        return new()
        {
            Rows = predictions.Count,
            Patients = predictions.Images?.Select(image => image.PatientId).Distinct().Count(),
            ThresholdSource = options.Thresholds is null ? "fixed" : "validation",
            PerDisease = predictions.Findings.Zip(findings).ToDictionary(pair => pair.First, pair => pair.Second),
            MeanRocAuc = areas.Length == 0 ? null : areas.Average(),
            MeanRocAucFindings = areas.Length,
            MeanKerasAuc200 = findings.Average(finding => finding.KerasAuc200),
            MeanAveragePrecision = precisions.Length == 0 ? null : precisions.Average(),
            MeanAveragePrecisionFindings = precisions.Length,
            DetectedPositivePercentAtHalf = half.DetectedPositivePercent,
            DetectedNegativePercentAtHalf = half.DetectedNegativePercent,
            AtThreshold = all,
            Intervals = draws is null ? null : Intervals.OfAll(draws),
            BootstrapDraws = draws is null ? 0 : options.BootstrapDraws,
            Averages = averages,
            ClassificationReport = ClassificationReport.Text(predictions.Findings, rows, averages),
            Warnings = [.. Warnings(predictions.Findings, findings)],
            Note = "roc_auc: exact, ties count half. keras_auc_200: 200 fixed thresholds, an undefined finding counts 0. " +
                "An image counts as positive where its probability is above the threshold. Means leave out what is null.",
        };
    }

    private static FindingResult Measure(Predictions predictions, int finding, double threshold)
    {
        ReadOnlySpan<double> probabilities = predictions.Probabilities(finding);
        ReadOnlySpan<bool> labels = predictions.Labels(finding);
        RankedScores ranked = RankedScores.Of(probabilities, labels);
        ThresholdCounts half = ThresholdCounts.Of(probabilities, labels, 0.5);
        ThresholdCounts counts = ThresholdCounts.Of(probabilities, labels, threshold);
        return new()
        {
            Positives = ranked.Positives,
            Negatives = ranked.Negatives,
            PositivePatients = PositivePatients(predictions, finding),
            Prevalence = (double)ranked.Positives / predictions.Count,
            RocAuc = ranked.RocAuc(),
            RocPoints = RocCurve.Of(ranked)?.Count,
            AveragePrecision = ranked.AveragePrecision(),
            KerasAuc200 = KerasAuc.Of(probabilities, labels),
            DetectedPositivePercentAtHalf = half.DetectedPositivePercent,
            DetectedNegativePercentAtHalf = half.DetectedNegativePercent,
            Threshold = threshold,
            AtThreshold = counts,
            Scores = counts.Scores,
        };
    }

    private static WeightedScores[][]? Draw(Predictions predictions, double[] thresholds, EvaluationOptions options)
    {
        if (options.BootstrapDraws < 0)
            throw new ArgumentException($"{options.BootstrapDraws} bootstrap draws: give 0 for none, or about 2000.", nameof(options));
        return predictions.Images is null || options.BootstrapDraws == 0
            ? null
            : PatientBootstrap.Run(predictions, thresholds, options.BootstrapDraws, options.Seed);
    }

    private static ThresholdCounts CountsAtHalf(Predictions predictions)
    {
        ThresholdCounts sum = default;
        for (int finding = 0; finding < predictions.Findings.Count; finding++)
            sum += ThresholdCounts.Of(predictions.Probabilities(finding), predictions.Labels(finding), 0.5);
        return sum;
    }

    private static int? PositivePatients(Predictions predictions, int finding)
    {
        if (predictions.Images is null)
            return null;

        ReadOnlySpan<bool> labels = predictions.Labels(finding);
        HashSet<int> patients = [];
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i])
                patients.Add(predictions.Images[i].PatientId);
        }

        return patients.Count;
    }

    private static double[] Thresholds(Predictions predictions, EvaluationOptions options)
    {
        double[] thresholds = [.. options.Thresholds ?? Enumerable.Repeat(options.Threshold, predictions.Findings.Count)];
        if (thresholds.Length != predictions.Findings.Count)
            throw new ArgumentException($"{thresholds.Length} thresholds for {predictions.Findings.Count} findings: give one each.", nameof(options));
        foreach (double threshold in thresholds)
        {
            if (!(threshold >= 0 && threshold <= 1))
                throw new ArgumentException($"The threshold is {threshold}; it must be a number from 0 to 1.", nameof(options));
        }

        return thresholds;
    }

    private static IEnumerable<string> Warnings(IReadOnlyList<string> names, FindingResult[] findings)
    {
        for (int i = 0; i < findings.Length; i++)
        {
            FindingResult finding = findings[i];
            if (finding.RocAuc is null)
            {
                yield return $"{names[i]}: all {finding.Positives + finding.Negatives} images have the same sign " +
                    $"({finding.Positives} positive), so it has no ROC curve and is left out of the mean.";
            }
            else if (finding.PositivePatients < FewPatients)
            {
                yield return $"{names[i]}: its {finding.Positives} positive images come from {finding.PositivePatients} patients. " +
                    $"With fewer than {FewPatients} the figures of this finding say little.";
            }
        }
    }
}
