namespace ChestXray.Model.Evaluation;

/// <summary>Turns bootstrap draws into intervals.</summary>
internal static class Intervals
{
    /// <summary>Of one finding.</summary>
    public static FindingIntervals OfFinding(DrawnScores drawn, int finding, PointIntervals half, PointIntervals main)
    {
        WeightedScores[] scores = drawn.Scores(finding);
        return Of(field => scores.Select(field), half, main);
    }

    /// <summary>
    /// Of the findings together: means of the areas and errors. What a draw leaves undefined is left out of its mean.
    /// </summary>
    public static FindingIntervals OfAll(DrawnScores drawn, PointIntervals half, PointIntervals main) => Of(
        field => Enumerable.Range(0, drawn.Draws).Select(draw => Mean(drawn, draw, field)), half, main);

    /// <summary>Of one finding at a threshold.</summary>
    public static PointIntervals OfPoint(DrawnScores drawn, int finding, int point) =>
        Of([.. Enumerable.Range(0, drawn.Draws).Select(draw => drawn.Counts(finding, point, draw))]);

    /// <summary>Of the findings together, each at its threshold.</summary>
    public static PointIntervals OfAllAt(DrawnScores drawn, int point) =>
        Of([.. Enumerable.Range(0, drawn.Draws).Select(draw => drawn.AllCounts(point, draw))]);

    /// <summary>Of the mean area over some of the findings.</summary>
    public static Interval? OfMeanArea(DrawnScores drawn, IReadOnlyCollection<int> findings) => findings.Count == 0
        ? null
        : PatientBootstrap.Middle(
            Enumerable.Range(0, drawn.Draws).Select(draw => findings.Average(finding => drawn.Scores(finding)[draw].RocAuc)));

    /// <summary>Of the mean calibration error over all findings.</summary>
    public static Interval? OfMeanError(DrawnScores drawn) =>
        PatientBootstrap.Middle(
            Enumerable.Range(0, drawn.Draws).Select(draw => Mean(drawn, draw, score => score.CalibrationError)));

    /// <summary>Of a report's averages.</summary>
    /// <param name="drawn">Its first three means are precision, recall and F1 of the images.</param>
    /// <param name="point">The thresholds.</param>
    public static AverageIntervals OfAverages(DrawnScores drawn, int point)
    {
        ClassScores[][] rows = [.. Enumerable.Range(0, drawn.Draws).Select(draw =>
            Enumerable.Range(0, drawn.Findings).Select(finding => drawn.Counts(finding, point, draw).Scores).ToArray())];
        return new(
            Of(Enumerable.Range(0, drawn.Draws).Select(draw => drawn.AllCounts(point, draw).Scores)),
            Of(rows.Select(row => ClassificationReport.Mean(row, 0, _ => 1))),
            Of(rows.Select(row => ClassificationReport.Mean(row, 0, score => score.Support))),
            new(PatientBootstrap.Middle(drawn.Mean(0)), PatientBootstrap.Middle(drawn.Mean(1)),
                PatientBootstrap.Middle(drawn.Mean(2))));
    }

    /// <summary>The calibration with an interval of the share of positives in each bin.</summary>
    /// <param name="calibration">As measured.</param>
    /// <param name="drawn">The draws.</param>
    /// <param name="finding">The column.</param>
    /// <param name="firstBorder">The point that is the lowest border between bins.</param>
    public static Calibration OfBins(Calibration calibration, DrawnScores drawn, int finding, int firstBorder)
    {
        return calibration with { Bins = [.. calibration.Bins.Select(bin => bin with { Interval = Share(bin.Number) })] };

        Interval? Share(int number) => PatientBootstrap.Middle(Enumerable.Range(0, drawn.Draws).Select(draw =>
        {
            (long positives, long images) = Above(number, draw);
            (long positivesOver, long imagesOver) = Above(number + 1, draw);
            return images == imagesOver ? double.NaN : (double)(positives - positivesOver) / (images - imagesOver);
        }));

        (long Positives, long Images) Above(int bin, int draw)
        {
            if (bin == Calibration.BinCount)
                return (0, 0);
            ThresholdCounts counts = drawn.Counts(finding, firstBorder + Math.Max(0, bin - 1), draw);
            long positives = counts.TruePositives + (bin == 0 ? counts.FalseNegatives : 0);
            return (positives, positives + counts.FalsePositives + (bin == 0 ? counts.TrueNegatives : 0));
        }
    }

    private static FindingIntervals Of(
        Func<Func<WeightedScores, double>, IEnumerable<double>> draws, PointIntervals half, PointIntervals main) => new(
        PatientBootstrap.Middle(draws(score => (double)score.Positives / ((double)score.Positives + score.Negatives))),
        PatientBootstrap.Middle(draws(score => score.RocAuc)),
        PatientBootstrap.Middle(draws(score => score.AveragePrecision)),
        PatientBootstrap.Middle(draws(score => score.KerasAuc200)),
        PatientBootstrap.Middle(draws(score => score.CalibrationError)),
        PatientBootstrap.Middle(draws(score => score.BrierScore)),
        half.DetectedPositivePercent, half.DetectedNegativePercent,
        main.DetectedPositivePercent, main.DetectedNegativePercent, main.Precision, main.Recall, main.F1);

    private static PointIntervals Of(ThresholdCounts[] draws) => new(
        PatientBootstrap.Middle(draws.Select(draw => draw.DetectedPositivePercent ?? double.NaN)),
        PatientBootstrap.Middle(draws.Select(draw => draw.DetectedNegativePercent ?? double.NaN)),
        PatientBootstrap.Middle(draws.Select(draw => draw.Scores.Precision)),
        PatientBootstrap.Middle(draws.Select(draw => draw.Scores.Recall)),
        PatientBootstrap.Middle(draws.Select(draw => draw.Scores.F1)));

    private static ScoreIntervals Of(IEnumerable<ClassScores> draws)
    {
        ClassScores[] all = [.. draws];
        return new(
            PatientBootstrap.Middle(all.Select(draw => draw.Precision)), PatientBootstrap.Middle(all.Select(draw => draw.Recall)),
            PatientBootstrap.Middle(all.Select(draw => draw.F1)));
    }

    private static double Mean(DrawnScores drawn, int draw, Func<WeightedScores, double> field)
    {
        double sum = 0;
        int count = 0;
        for (int finding = 0; finding < drawn.Findings; finding++)
        {
            double value = field(drawn.Scores(finding)[draw]);
            sum += double.IsNaN(value) ? 0 : value;
            count += double.IsNaN(value) ? 0 : 1;
        }

        return count == 0 ? double.NaN : sum / count;
    }
}
