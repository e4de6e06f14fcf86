using ChestXray.Model.Evaluation;

namespace ChestXray.Model;

/// <summary>Measures predictions. Stateless, thread-safe.</summary>
public static class Evaluator
{
    /// <summary>The name of the operating point at 0.5.</summary>
    public const string Half = "half";

    private const string Note =
        "roc_auc: exact, ties count half. keras_auc_200: 200 fixed thresholds, an undefined finding counts 0. " +
        "An image counts as positive where its probability is above the threshold. Means leave out what is null. " +
        "Intervals: the middle 95 % of the figures of redrawn patients. Not for medical use.";

    /// <summary>Computes every measure.</summary>
    /// <param name="predictions">Probabilities and labels of one set.</param>
    /// <param name="options">Thresholds; null for 0.5 everywhere.</param>
    /// <exception cref="ArgumentException">
    /// A threshold that is no number from 0 to 1, or not one per finding; two choices of one name.
    /// </exception>
    public static EvaluationResult Evaluate(Predictions predictions, EvaluationOptions? options = null)
    {
        options ??= new();
        MeasuredPoints points = MeasuredPoints.Of(predictions, options);
        FindingResult[] findings = new FindingResult[predictions.Findings.Count];
        Parallel.For(0, findings.Length, i => findings[i] = Measure(predictions, i, points.Main[i]));
        double[][] images = ClassificationReport.Images(predictions, points.Main);
        DrawnScores? drawn = Draw(predictions, points, images, options);
        Dictionary<string, OperatingPoint> operating = points.Measure(predictions, drawn);
        OperatingPoint main = operating[points.MainName];
        if (drawn is not null)
            Parallel.For(0, findings.Length, i => findings[i] = WithIntervals(findings[i], drawn, i, points, operating));

        ClassScores[] rows = [.. findings.Select(finding => finding.Scores)];
        ReportAverages averages = ClassificationReport.Averages(rows, main.All.Counts, images);
        double[] areas = [.. findings.Select(finding => finding.RocAuc).OfType<double>()];
        double[] precisions = [.. findings.Select(finding => finding.AveragePrecision).OfType<double>()];
        return new()
        {
            Rows = predictions.Count,
            Patients = predictions.Images?.Select(image => image.PatientId).Distinct().Count(),
            ThresholdSource = points.MainSource,
            PerDisease = predictions.Findings.Zip(findings).ToDictionary(pair => pair.First, pair => pair.Second),
            MeanRocAuc = areas.Length == 0 ? null : areas.Average(),
            MeanRocAucFindings = areas.Length,
            MeanKerasAuc200 = findings.Average(finding => finding.KerasAuc200),
            MeanAveragePrecision = precisions.Length == 0 ? null : precisions.Average(),
            MeanAveragePrecisionFindings = precisions.Length,
            DetectedPositivePercentAtHalf = operating[Half].All.Counts.DetectedPositivePercent,
            DetectedNegativePercentAtHalf = operating[Half].All.Counts.DetectedNegativePercent,
            AtThreshold = main.All.Counts,
            MeanCalibrationError = findings.Average(finding => finding.Calibration.ExpectedError),
            MeanBrierScore = findings.Average(finding => finding.Calibration.BrierScore),
            OperatingPoints = points.Shown(operating),
            Subgroups = options.Subgroups ? SubgroupMeasure.Of(predictions, points.Main, options) : [],
            Intervals = drawn is null ? null : Intervals.OfAll(drawn, operating[Half].All.Intervals!, main.All.Intervals!),
            BootstrapDraws = drawn?.Draws ?? 0,
            Averages = averages,
            AverageIntervals = drawn is null ? null : Intervals.OfAverages(drawn, points.MainNumber),
            ClassificationReport = ClassificationReport.Text(predictions.Findings, rows, averages),
            Warnings = [.. EvaluationWarnings.Of(predictions.Findings, findings, operating, points)],
            Note = Note,
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
            PositivePatients = predictions.Images is null ? null : PositivePatients(predictions, finding),
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
            Calibration = Calibration.Of(predictions, finding),
        };
    }

    private static FindingResult WithIntervals(
        FindingResult finding, DrawnScores drawn, int number, MeasuredPoints points, Dictionary<string, OperatingPoint> operating)
    {
        PointIntervals Of(string name) => operating[name].PerDisease.ElementAt(number).Value.Intervals!;
        return finding with
        {
            Intervals = Intervals.OfFinding(drawn, number, Of(Half), Of(points.MainName)),
            Calibration = Intervals.OfBins(finding.Calibration, drawn, number, points.FirstBorder),
        };
    }

    private static DrawnScores? Draw(Predictions predictions, MeasuredPoints points, double[][] images, EvaluationOptions options)
    {
        if (options.BootstrapDraws < 0)
            throw new ArgumentException($"{options.BootstrapDraws} bootstrap draws: give 0 for none, or about 2000.",
                nameof(options));
        return predictions.Images is null || options.BootstrapDraws == 0
            ? null
            : PatientBootstrap.Run(predictions, points.AllThresholds, images, options.BootstrapDraws, options.Seed);
    }

    /// <summary>Patients with at least one image of the finding; the predictions know their patients.</summary>
    internal static int PositivePatients(Predictions predictions, int finding)
    {
        ReadOnlySpan<bool> labels = predictions.Labels(finding);
        HashSet<int> patients = [];
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i])
                patients.Add(predictions.Images![i].PatientId);
        }

        return patients.Count;
    }
}
