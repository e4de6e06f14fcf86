namespace ChestXray.Model.Evaluation;

/// <summary>Measures sexes, ages and views apart, at the thresholds of the whole set.</summary>
internal static class SubgroupMeasure
{
    private const string Unknown = "unknown";
    private static readonly int[] _ageBorders = [20, 40, 60, 80];

    /// <summary>All groups; none where a kind has only one.</summary>
    public static IReadOnlyList<Subgroup> Of(Predictions predictions, double[] thresholds, EvaluationOptions options)
    {
        if (predictions.Images is not { } images)
            return [];
        return
        [
            .. Kind(predictions, thresholds, options, "sex",
                [.. images.Select(image => image.Sex == '\0' ? Unknown : image.Sex.ToString())]),
            .. Kind(predictions, thresholds, options, "age", [.. images.Select(image => AgeSpan(image.Age))]),
            .. Kind(predictions, thresholds, options, "view",
                [.. images.Select(image => image.View.Length == 0 ? Unknown : image.View)]),
        ];
    }

    private static Subgroup[] Kind(
        Predictions predictions, double[] thresholds, EvaluationOptions options, string kind, string[] groups)
    {
        string[] names = [.. groups.Distinct().OrderBy(name => name == Unknown).ThenBy(Order)];
        if (names.Length < 2)
            return [];
        Predictions[] parts = [.. names.Select(name =>
            predictions.Subset([.. Enumerable.Range(0, groups.Length).Where(i => groups[i] == name)]))];
        int[] shared = [.. Enumerable.Range(0, thresholds.Length)
            .Where(finding => parts.All(part => HasBothSigns(part.Labels(finding))))];
        return [.. parts.Select((part, i) => Measure(part, kind, names[i], shared, thresholds, options))];
    }

    private static Subgroup Measure(
        Predictions part, string kind, string name, int[] shared, double[] thresholds, EvaluationOptions options)
    {
        DrawnScores? drawn = options.BootstrapDraws == 0
            ? null
            : PatientBootstrap.Run(part, [thresholds], [], options.BootstrapDraws, options.Seed);
        SubgroupFinding[] findings = new SubgroupFinding[thresholds.Length];
        double[] errors = new double[thresholds.Length];
        Parallel.For(0, findings.Length, i =>
        {
            findings[i] = Measure(part, i, thresholds[i], drawn);
            errors[i] = Calibration.Of(part, i).ExpectedError;
        });
        ThresholdCounts all = findings.Aggregate(default(ThresholdCounts), (sum, finding) => sum + finding.AtThreshold.Counts);
        double[] areas = [.. shared.Select(finding => findings[finding].RocAuc!.Value)];
        return new()
        {
            By = kind,
            Name = name,
            Images = part.Count,
            Patients = part.Images!.Select(image => image.PatientId).Distinct().Count(),
            MeanRocAuc = areas.Length == 0 ? null : areas.Average(),
            MeanRocAucInterval = drawn is null ? null : Intervals.OfMeanArea(drawn, shared),
            MeanFindings = [.. shared.Select(finding => part.Findings[finding])],
            AtThreshold = new(
                thresholds.Distinct().Count() == 1
                    ? thresholds[0] : null, all, all.Scores, drawn is null ? null : Intervals.OfAllAt(drawn, 0)),
            MeanCalibrationError = errors.Average(),
            MeanCalibrationErrorInterval = drawn is null ? null : Intervals.OfMeanError(drawn),
            PerDisease = part.Findings.Zip(findings).ToDictionary(pair => pair.First, pair => pair.Second),
        };
    }

    private static SubgroupFinding Measure(Predictions part, int finding, double threshold, DrawnScores? drawn)
    {
        RankedScores ranked = RankedScores.Of(part.Probabilities(finding), part.Labels(finding));
        ThresholdCounts counts = ThresholdCounts.Of(part.Probabilities(finding), part.Labels(finding), threshold);
        return new(
            ranked.Positives, Evaluator.PositivePatients(part, finding), ranked.RocAuc(),
            drawn is null ? null : PatientBootstrap.Middle(drawn.Scores(finding).Select(draw => draw.RocAuc)),
            new(threshold, counts, counts.Scores, drawn is null ? null : Intervals.OfPoint(drawn, finding, 0)));
    }

    private static bool HasBothSigns(ReadOnlySpan<bool> labels) => labels.Contains(true) && labels.Contains(false);

    /// <summary>Ages above 120 stand in the 2017 label file and are no ages.</summary>
    private static string AgeSpan(int age)
    {
        if (age is < 0 or > 120)
            return Unknown;
        int span = _ageBorders.Count(border => border <= age);
        return span == 0 ? $"0-{_ageBorders[0] - 1}" : span == _ageBorders.Length
            ? $"{_ageBorders[^1]} and more" : $"{_ageBorders[span - 1]}-{_ageBorders[span] - 1}";
    }

    private static string Order(string name) =>
        name.Length > 0 && char.IsDigit(name[0]) ? name.Split('-', ' ')[0].PadLeft(3, '0') : name;
}
