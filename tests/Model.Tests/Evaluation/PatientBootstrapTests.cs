using ChestXray.Model.Evaluation;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Evaluation;

public class PatientBootstrapTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void Each_draw_takes_as_many_patients_as_there_are(int patients)
    {
        int[] weights = new int[patients * RedrawnPatients.Lanes];
        RedrawnPatients.Fill(weights, patients, 5, 32);
        for (int lane = 0; lane < RedrawnPatients.Lanes; lane++)
            Assert.Equal(patients, Enumerable.Range(0, patients).Sum(patient => weights[patient * RedrawnPatients.Lanes + lane]));
        Assert.All(weights, weight => Assert.InRange(weight, 0, patients));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_draw_counts_like_the_images_repeated_as_often(bool useVectors)
    {
        Random random = new(9);
        for (int round = 0; round < 20; round++)
        {
            int count = random.Next(5, 60), patients = random.Next(1, count + 1), levels = random.Next(2, 40);
            double[] probabilities = [.. Enumerable.Range(0, count).Select(_ => random.Next(levels) / (levels - 1.0))];
            bool[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(3) == 0)];
            int[] patientOf = [.. Enumerable.Range(0, count).Select(i => i % patients)];
            int[] weights = new int[patients * RedrawnPatients.Lanes];
            RedrawnPatients.Fill(weights, patients, (ulong)round, 0);
            double threshold = random.Next(levels) / (levels - 1.0);
            double[] thresholds = [0.5, threshold, 0, 1, .. Calibration.Borders];
            WeightedScores[] lanes = new WeightedScores[RedrawnPatients.Lanes];
            PointCounts[] points = new PointCounts[thresholds.Length * RedrawnPatients.Lanes];

            new RankedRuns(probabilities, labels, patientOf, thresholds).Count(weights, lanes, points, useVectors);
            new CalibrationSums(probabilities, labels, patientOf).Measure(weights, lanes, useVectors);

            for (int lane = 0; lane < lanes.Length; lane++)
            {
                int[] rows = [.. Enumerable.Range(
                    0, count).SelectMany(i => Enumerable.Repeat(i, weights[patientOf[i] * RedrawnPatients.Lanes + lane]))];
                double[] drawn = [.. rows.Select(row => probabilities[row])];
                bool[] signs = [.. rows.Select(row => labels[row])];
                AssertEqual(lanes[lane], drawn, signs);
                for (int point = 0; point < thresholds.Length; point++)
                    Assert.Equal(ThresholdCounts.Of(drawn, signs, thresholds[point]),
                        lanes[lane].At(points[point * RedrawnPatients.Lanes + lane]));
            }
        }
    }

    [Fact]
    public void Vectors_and_scalars_give_the_same_draws_and_more_draws_begin_alike()
    {
        Predictions predictions = SmallCase.Predictions();
        double[][] points = [[.5, .5, .5, .5, .5], [.1, .2, .3, .4, .9]],
            means = [[.. Enumerable.Range(0, 24).Select(i => i / 7.0)]];
        DrawnScores scalar = PatientBootstrap.Run(predictions, points, means, 40, 3, useVectors: false);
        DrawnScores vector = PatientBootstrap.Run(predictions, points, means, 100, 3, useVectors: true);
        Assert.Equal(scalar.Mean(0), vector.Mean(0)[..40]);
        for (int finding = 0; finding < 5; finding++)
        {
            Assert.Equal(scalar.Scores(finding), vector.Scores(finding)[..40]);
            Assert.All(Enumerable.Range(0, 40), draw => Assert.Equal(scalar.Counts(finding, 1, draw),
                vector.Counts(finding, 1, draw)));
        }

        Assert.NotEqual(scalar.Scores(0), PatientBootstrap.Run(predictions, points, means, 40, 4).Scores(0));
    }

    [Fact]
    public void A_redrawn_mean_is_that_of_the_images_repeated_as_often()
    {
        Predictions predictions = SmallCase.Predictions();
        double[] values = [.. Enumerable.Range(0, 24).Select(i => i * i / 100.0)];
        int[] weights = new int[12 * RedrawnPatients.Lanes];
        RedrawnPatients.Fill(weights, 12, 5, 0);
        double[] found = PatientBootstrap.Run(predictions, [], [values], 16, 5).Mean(0);
        for (int draw = 0; draw < 16; draw++)
        {
            double[] repeated = [.. Enumerable.Range(0, 24)
                .SelectMany(i => Enumerable.Repeat(values[i], weights[i / 2 * RedrawnPatients.Lanes + draw]))];
            Assert.Equal(repeated.Average(), found[draw], 1e-12);
        }
    }

    [Fact]
    public void Every_figure_has_its_interval_and_lies_in_it_or_near_it()
    {
        EvaluationResult result = Evaluator.Evaluate(SmallCase.Predictions(), new() { Subgroups = true });
        FindingResult alpha = result.PerDisease["Alpha"];
        FindingIntervals intervals = alpha.Intervals!;
        Within(alpha.Prevalence, intervals.Prevalence);
        Within(alpha.RocAuc, intervals.RocAuc);
        Within(alpha.AveragePrecision, intervals.AveragePrecision);
        Within(alpha.KerasAuc200, intervals.KerasAuc200);
        Within(alpha.Calibration.BrierScore, intervals.BrierScore);
        Assert.True(intervals.CalibrationError!.Value.Low < alpha.Calibration.ExpectedError + .2);
        Within(alpha.DetectedPositivePercentAtHalf, intervals.DetectedPositivePercentAtHalf);
        Within(alpha.DetectedNegativePercentAtHalf, intervals.DetectedNegativePercentAtHalf);
        Within(alpha.Scores.Precision, intervals.Precision);
        Within(alpha.Scores.Recall, intervals.Recall);
        Within(alpha.Scores.F1, intervals.F1);
        Assert.All(alpha.Calibration.Bins.Where(bin => bin.Images > 3), bin => Within(bin.PositiveShare, bin.Interval));
        Within(result.MeanRocAuc, result.Intervals!.RocAuc);
        Within(result.MeanBrierScore, result.Intervals.BrierScore);
        Within(result.Averages.Micro.F1, result.AverageIntervals!.Micro.F1);
        Within(result.Averages.Macro.Recall, result.AverageIntervals.Macro.Recall);
        Within(result.Averages.Weighted.Precision, result.AverageIntervals.Weighted.Precision);
        Within(result.Averages.Samples.F1, result.AverageIntervals.Samples.F1);
        Within(result.OperatingPoints[Evaluator.Half].All.Scores.Precision,
            result.OperatingPoints[Evaluator.Half].All.Intervals!.Precision);
    }

    [Fact]
    public void Images_of_one_patient_are_drawn_together()
    {
        // Every patient's image four times: drawn by patient nothing changes, drawn by image the intervals would halve.
        Predictions once = SmallCase.Predictions().Subset([.. Enumerable.Range(0, 12).Select(i => 2 * i)]);
        Predictions four = SmallCase.Predictions().Subset([.. Enumerable.Range(0, 48).Select(i => 2 * (i / 4))]);
        Interval? narrow = Evaluator.Evaluate(four).PerDisease["Alpha"].RocAucInterval;
        Interval? expected = Evaluator.Evaluate(once).PerDisease["Alpha"].RocAucInterval;
        Assert.Equal(expected!.Value.Low, narrow!.Value.Low, 1e-12);
        Assert.Equal(expected.Value.High, narrow.Value.High, 1e-12);
    }

    [Fact]
    public void A_figure_undefined_in_many_draws_has_no_interval()
    {
        Assert.Null(PatientBootstrap.Middle([double.NaN, 0.5, 0.6]));
        Assert.Null(PatientBootstrap.Middle([double.NaN]));
        Assert.Equal(new(0.025, 0.975), PatientBootstrap.Middle(Enumerable.Range(0, 1001).Select(i => i / 1000.0))!.Value);
        EvaluationResult result = Evaluator.Evaluate(SmallCase.Predictions());
        Assert.Null(result.PerDisease["None"].RocAucInterval);
        Assert.NotNull(result.PerDisease["None"].Intervals!.DetectedNegativePercent);
    }

    [Fact]
    public void Without_patients_or_draws_there_are_no_intervals()
    {
        Assert.Null(Evaluator.Evaluate(Predictions.From<double, byte>(["X"], [.1, .9], [0, 1])).Intervals);
        Assert.Null(Evaluator.Evaluate(SmallCase.Predictions(), new() { BootstrapDraws = 0 }).Intervals);
        Assert.Throws<ArgumentException>(() => Evaluator.Evaluate(SmallCase.Predictions(), new() { BootstrapDraws = -1 }));
    }

    [Fact]
    public void Intervals_of_shared_predictions_hold_their_figures_and_the_rarest_finding_is_the_least_certain()
    {
        EvaluationResult result = Scoring.Score(
            SharedData.Require("golden/predictions.csv.gz"), SharedData.Require("labels/Data_Entry_2017_v2020.csv.gz"));

        Assert.Equal(2000, result.BootstrapDraws);
        Assert.All(result.PerDisease.Values, finding => Assert.InRange(
            finding.RocAuc!.Value, finding.RocAucInterval!.Value.Low, finding.RocAucInterval.Value.High));
        Assert.InRange(result.MeanRocAuc!.Value, result.MeanRocAucInterval!.Value.Low, result.MeanRocAucInterval.Value.High);
        Assert.Equal("Hernia", result.PerDisease.MaxBy(
            pair => pair.Value.RocAucInterval!.Value.High - pair.Value.RocAucInterval.Value.Low).Key);
    }

    private static void Within(double? value, Interval? interval) =>
        Assert.InRange(value!.Value, interval!.Value.Low, interval.Value.High);

    private static void AssertEqual(WeightedScores found, double[] probabilities, bool[] labels)
    {
        RankedScores ranked = RankedScores.Of(probabilities, labels);
        Calibration calibration = Calibration.Of(
            Predictions.From<double, byte>(["X"], probabilities, [.. labels.Select(label => (byte)(label ? 1 : 0))]), 0);
        Assert.Equal(ranked.RocAuc() ?? double.NaN, found.RocAuc, 1e-12);
        Assert.Equal(ranked.AveragePrecision() ?? double.NaN, found.AveragePrecision, 1e-12);
        Assert.Equal(KerasAuc.Of(probabilities, labels), found.KerasAuc200, 1e-12);
        Assert.Equal(calibration.ExpectedError, found.CalibrationError, 1e-12);
        Assert.Equal(calibration.BrierScore, found.BrierScore, 1e-12);
    }
}
