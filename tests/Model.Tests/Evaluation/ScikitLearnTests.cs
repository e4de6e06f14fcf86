namespace ChestXray.Model.Tests.Evaluation;

/// <summary>
/// Random cases with ties, without positives and without negatives, against figures that scikit-learn gave once.
/// </summary>
public class ScikitLearnTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void Every_measure_of_one_finding_equals_that_of_scikit_learn()
    {
        Assert.True(ScikitLearnCases.Singles.Count > 60);
        foreach (ScikitLearnCases.Single expected in ScikitLearnCases.Singles)
        {
            Predictions predictions = Draw(expected.Seed, expected.Count, 1, expected.Levels, expected.OneIn);
            FindingResult found = Evaluator.Evaluate(predictions, new() { BootstrapDraws = 0 }).PerDisease["0"];

            Same(expected.Auc, found.RocAuc, expected);
            Same(expected.AveragePrecision, found.AveragePrecision, expected);
            Same(expected.Brier, found.Calibration.BrierScore, expected);
            Same(expected.CalibrationError, found.Calibration.ExpectedError, expected);
            Same(expected.Precision, found.Scores.Precision, expected);
            Same(expected.Recall, found.Scores.Recall, expected);
            Same(expected.F1, found.Scores.F1, expected);
            Assert.Equal(expected.RocPoints, found.RocPoints);
            Assert.Equal(expected.Bins, found.Calibration.Bins.Count);
        }
    }

    [Fact]
    public void Precision_recall_curves_equal_those_of_scikit_learn_point_by_point()
    {
        foreach (ScikitLearnCases.Single expected in ScikitLearnCases.Singles)
        {
            PrecisionRecallCurve? found =
                PrecisionRecallCurve.Of(Draw(expected.Seed, expected.Count, 1, expected.Levels, expected.OneIn), 0);

            Assert.Equal(expected.PrPoints, found?.Count);
            Same(expected.PrecisionSum, found?.Precisions.Select((value, i) => value * (i + 1)).Sum(), expected);
            Same(expected.RecallSum, found?.Recalls.Select((value, i) => value * (i + 1)).Sum(), expected);
            Assert.Equal(found?.Count - 1, found?.Thresholds.Count);
        }
    }

    [Fact]
    public void Averages_of_several_findings_equal_those_of_scikit_learn()
    {
        foreach (ScikitLearnCases.Averages expected in ScikitLearnCases.Multilabel)
        {
            ReportAverages found = Evaluator.Evaluate(
                Draw(expected.Seed, expected.Rows * expected.Columns, expected.Columns, expected.Levels, expected.OneIn),
                new() { BootstrapDraws = 0 }).Averages;

            double[] values = [.. new[] { found.Micro, found.Macro, found.Weighted, found.Samples }
                .SelectMany(average => new[] { average.Precision, average.Recall, average.F1 })];
            Assert.All(expected.Values.Zip(values), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
        }
    }

    [Fact]
    public void A_probability_that_is_no_number_is_an_error() =>
        Assert.Throws<InvalidDataException>(() => Predictions.From<double, byte>(["X"], [0.1, double.NaN], [0, 1]));

    /// <summary>
    /// The generator of scikit_learn_cases.py; with several columns nobody has the first and everybody the second.
    /// </summary>
    private static Predictions Draw(uint seed, int count, int columns, int levels, int oneIn)
    {
        uint state = seed;
        double[] probabilities = new double[count];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++)
        {
            probabilities[i] = Next(levels) / (levels - 1.0);
            labels[i] = (byte)(oneIn != 0 && Next(oneIn) == 0 ? 1 : 0);
            if (columns > 1 && i % columns < 2)
                labels[i] = (byte)(i % columns);
        }

        return Predictions.From<double, byte>(
            [.. Enumerable.Range(0, columns).Select(column => $"{column}")], probabilities, labels);

        int Next(int values)
        {
            state = (uint)((state * 1103515245UL + 12345) % (1UL << 31));
            return (int)((state >> 16) % (uint)values);
        }
    }

    private static void Same(double? expected, double? found, ScikitLearnCases.Single of)
    {
        Assert.True(expected is null == found is null, $"{of}: expected {expected}, found {found}");
        Assert.True(Math.Abs((expected - found) ?? 0) <= Tolerance * Math.Max(1, expected ?? 0),
            $"{of}: expected {expected}, found {found}");
    }
}
