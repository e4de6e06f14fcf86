namespace ChestXray.Model.Evaluation;

/// <summary>
/// The thresholds at which a set is counted: 0.5, the main ones, those also asked for, and the borders of the calibration's
/// bins.
/// </summary>
internal sealed class MeasuredPoints
{
    private const string Hand = "fixed";

    private readonly List<(string Name, double[] Values, int Shared)> _points = [];

    private MeasuredPoints(int findings) => AllThresholds = [.. Calibration.Borders.Select(border => Same(border, findings))];

    /// <summary>Every set of thresholds: by point, then by finding; named points first, borders last.</summary>
    public IReadOnlyList<double[]> AllThresholds { get; private set; }

    /// <summary>Where the lowest border stands.</summary>
    public int FirstBorder => _points.Count;

    /// <summary>The thresholds that the result's own figures are at.</summary>
    public double[] Main => _points[MainNumber].Values;

    /// <summary>Their place.</summary>
    public int MainNumber { get; private set; }

    /// <summary>Their name among the points.</summary>
    public string MainName => _points[MainNumber].Name;

    /// <summary>`fixed`, the source's own word, or `test` where the choice was made on the measured patients.</summary>
    public string MainSource => MainName is Evaluator.Half or Hand ? Hand : _points[MainNumber].Shared > 0 ? "test" : MainName;

    /// <summary>Whether somebody gave a threshold other than 0.5 without saying where it was chosen.</summary>
    public double? GivenByHand => MainName == Hand ? Main[0] : null;

    /// <summary>Reads the options.</summary>
    /// <exception cref="ArgumentException">
    /// A threshold that is no number from 0 to 1, not one per finding, two choices of one name.
    /// </exception>
    public static MeasuredPoints Of(Predictions predictions, EvaluationOptions options)
    {
        int count = predictions.Findings.Count;
        if (!(options.Threshold >= 0 && options.Threshold <= 1))
            throw new ArgumentException($"The threshold is {options.Threshold}; it must be a probability from 0 to 1.",
                nameof(options));
        MeasuredPoints made = new(count);
        made._points.Add((Evaluator.Half, Same(0.5, count), 0));
        if (options.Thresholds is null && options.Threshold != 0.5)
            made._points.Add((Hand, Same(options.Threshold, count), 0));
        ChosenThresholds[] chosen = [.. options.Thresholds is { } main ? [main] : Array.Empty<ChosenThresholds>(), .. options.AlsoAt];
        made.MainNumber = options.Thresholds is not null ? made._points.Count : made._points.Count - 1;
        foreach (ChosenThresholds choice in chosen)
        {
            if (choice.Values.Count != count)
                throw new ArgumentException($"{choice.Values.Count} thresholds ({choice.Source}) for {count} findings: give one for each.", nameof(options));
            if (made._points.Exists(point => point.Name == choice.Source))
                throw new ArgumentException($"Two sets of thresholds are called '{choice.Source}': give each a name of its own.",
                    nameof(options));
            made._points.Add((choice.Source, [.. choice.Values], choice.PatientsShared(predictions)));
        }

        made.AllThresholds = [.. made._points.Select(point => point.Values), .. made.AllThresholds];
        return made;
    }

    /// <summary>Counts at every named point.</summary>
    public Dictionary<string, OperatingPoint> Measure(Predictions predictions, DrawnScores? drawn)
    {
        Dictionary<string, OperatingPoint> measured = [];
        for (int point = 0; point < _points.Count; point++)
            measured[_points[point].Name] = Measure(predictions, drawn, point);
        return measured;
    }

    /// <summary>Those that are worth a name in a result: a threshold given by hand is the result's own.</summary>
    public IReadOnlyDictionary<string, OperatingPoint> Shown(Dictionary<string, OperatingPoint> measured) =>
        measured.Where(pair => pair.Key != Hand).ToDictionary(pair => pair.Key, pair => pair.Value);

    private OperatingPoint Measure(Predictions predictions, DrawnScores? drawn, int point)
    {
        (_, double[] values, int shared) = _points[point];
        PointResult[] findings = new PointResult[values.Length];
        Parallel.For(0, findings.Length, i =>
        {
            ThresholdCounts counts = ThresholdCounts.Of(predictions.Probabilities(i), predictions.Labels(i), values[i]);
            findings[i] = new(values[i], counts, counts.Scores, drawn is null ? null : Intervals.OfPoint(drawn, i, point));
        });
        ThresholdCounts all = findings.Aggregate(default(ThresholdCounts), (sum, finding) => sum + finding.Counts);
        double? same = values.Distinct().Count() == 1 ? values[0] : null;
        return new(
            predictions.Findings.Zip(findings).ToDictionary(pair => pair.First, pair => pair.Second),
            new(same, all, all.Scores, drawn is null ? null : Intervals.OfAllAt(drawn, point)), shared);
    }

    private static double[] Same(double value, int count) => [.. Enumerable.Repeat(value, count)];
}
