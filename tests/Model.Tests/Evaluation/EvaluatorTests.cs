using System.Text.Json;
using ChestXray.Model.Evaluation;

namespace ChestXray.Model.Tests.Evaluation;

public class EvaluatorTests
{
    [Fact]
    public void The_areas_equal_those_of_scikit_learn_with_ties()
    {
        EvaluationResult result = Evaluator.Evaluate(SmallCase.Predictions());

        Assert.Equal(0.6666666666666666, result.PerDisease["Alpha"].RocAuc!.Value, 1e-12);
        Assert.Equal(0.3657407407407407, result.PerDisease["Beta_With_A_Long_Name"].RocAuc!.Value, 1e-12);
        Assert.Equal(0.46484375, result.PerDisease["Ties"].RocAuc!.Value, 1e-12);
        Assert.Equal(0.6761888574388575, result.PerDisease["Alpha"].AveragePrecision!.Value, 1e-12);
        Assert.Equal(0.22182539682539684, result.PerDisease["Beta_With_A_Long_Name"].AveragePrecision!.Value, 1e-12);
        Assert.Equal(0.36499451754385964, result.PerDisease["Ties"].AveragePrecision!.Value, 1e-12);
        Assert.Equal([16, 14, null, null, 6], result.PerDisease.Values.Select(finding => finding.RocPoints));
    }

    [Fact]
    public void A_finding_with_one_sign_has_no_area_is_named_and_left_out_of_the_mean()
    {
        EvaluationResult result = Evaluator.Evaluate(SmallCase.Predictions());

        Assert.Null(result.PerDisease["None"].RocAuc);
        Assert.Null(result.PerDisease["All"].RocAuc);
        Assert.Null(result.PerDisease["None"].AveragePrecision);
        Assert.Equal(1.0, result.PerDisease["All"].AveragePrecision!.Value, 1e-12);
        Assert.Equal(3, result.MeanRocAucFindings);
        Assert.Equal((0.6666666666666666 + 0.3657407407407407 + 0.46484375) / 3, result.MeanRocAuc!.Value, 1e-12);
        Assert.Contains(result.Warnings, warning => warning.StartsWith(
            "None: all 24 images have the same sign (0 positive)", StringComparison.Ordinal));
        Assert.Contains(result.Warnings, warning => warning.StartsWith(
            "All: all 24 images have the same sign (24 positive)", StringComparison.Ordinal));
    }

    [Fact]
    public void A_finding_of_few_patients_is_warned_of()
    {
        EvaluationResult result = Evaluator.Evaluate(SmallCase.Predictions());
        Assert.Contains(result.Warnings, warning => warning.StartsWith(
            "Ties: its 8 positive images come from 6 patients.", StringComparison.Ordinal));
        Assert.Equal(12, result.Patients);
    }

    [Fact]
    public void The_report_is_that_of_scikit_learn_character_for_character() =>
        Assert.Equal(SmallCase.Report, Evaluator.Evaluate(SmallCase.Predictions()).ClassificationReport);

    [Fact]
    public void A_probability_equal_to_the_threshold_is_counted_as_negative_and_once()
    {
        Predictions predictions = Predictions.From<double, byte>(["X"], [0.5, 0.5, 0.6, 0.4], [1, 0, 1, 0]);

        FindingResult finding = Evaluator.Evaluate(predictions).PerDisease["X"];

        Assert.Equal(new ThresholdCounts(1, 0, 1, 2), finding.AtThreshold);
        Assert.Equal(50.0, finding.DetectedPositivePercentAtHalf);
        Assert.Equal(100.0, finding.DetectedNegativePercentAtHalf);
    }

    [Fact]
    public void Detection_of_all_findings_together_counts_pairs()
    {
        EvaluationResult result = Evaluator.Evaluate(SmallCase.Predictions());
        Assert.Equal(100.0 * 25 / 50, result.DetectedPositivePercentAtHalf!.Value, 1e-12);
        Assert.Equal(100.0 * 39 / 70, result.DetectedNegativePercentAtHalf!.Value, 1e-12);
    }

    [Fact]
    public void Each_finding_can_have_its_own_threshold()
    {
        EvaluationResult result = Evaluator.Evaluate(SmallCase.Predictions(), new() { Thresholds = ChosenThresholds.Given("validation", [0.5, 0.9, 0.5, 0, 0.5]) });
        Assert.Equal("validation", result.ThresholdSource);
        Assert.Equal(new ThresholdCounts(0, 2, 6, 16), result.PerDisease["Beta_With_A_Long_Name"].AtThreshold);
        Assert.Equal(24, result.PerDisease["All"].AtThreshold.TruePositives);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    public void A_threshold_that_is_no_probability_is_refused(double threshold) =>
        Assert.Throws<ArgumentException>(() => Evaluator.Evaluate(SmallCase.Predictions(), new() { Threshold = threshold }));

    [Fact]
    public void Areas_equal_the_count_of_pairs_and_the_count_at_200_thresholds_on_random_ties()
    {
        Random random = new(7);
        for (int round = 0; round < 50; round++)
        {
            int count = random.Next(1, 60), levels = random.Next(2, 30);
            double[] probabilities = [.. Enumerable.Range(0, count).Select(_ => random.Next(levels) / (double)(levels - 1))];
            bool[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(3) == 0)];

            double? expected = PairsInOrder(probabilities, labels);
            double? found = RankedScores.Of(probabilities, labels).RocAuc();

            Assert.Equal(expected is null, found is null);
            Assert.Equal(expected ?? 0, found ?? 0, 1e-12);
            Assert.Equal(AreaAtFixedThresholds(probabilities, labels), KerasAuc.Of(probabilities, labels), 1e-12);
        }
    }

    [Fact]
    public void Json_has_the_golden_names_and_nulls()
    {
        using JsonDocument document = JsonDocument.Parse(Evaluator.Evaluate(SmallCase.Predictions()).ToJson());
        JsonElement root = document.RootElement, none = root.GetProperty("per_disease").GetProperty("None");

        Assert.Equal(24, root.GetProperty("rows").GetInt32());
        Assert.Equal(3, root.GetProperty("mean_roc_auc_findings").GetInt32());
        Assert.Equal(SmallCase.Report, root.GetProperty("classification_report").GetString());
        Assert.Equal(JsonValueKind.Null, none.GetProperty("roc_auc").ValueKind);
        Assert.Equal(JsonValueKind.Null, none.GetProperty("detected_positive_percent_at_0.5").ValueKind);
        Assert.Equal(0, none.GetProperty("keras_auc_200").GetDouble());
        Assert.Equal(0.375, root.GetProperty("averages").GetProperty("samples").GetProperty("precision").GetDouble(), 0.1);
        Assert.Equal(50, root.GetProperty("averages").GetProperty("micro").GetProperty("support").GetInt32());
    }

    [Theory]
    [InlineData(0.125, "0.12")]
    [InlineData(0.375, "0.38")]
    [InlineData(0.625, "0.62")]
    [InlineData(0.005, "0.01")]
    [InlineData(0.015, "0.01")]
    [InlineData(0.285, "0.28")]
    [InlineData(0.995, "0.99")]
    [InlineData(0.29, "0.29")]
    [InlineData(0.0, "0.00")]
    [InlineData(1.0, "1.00")]
    public void Two_digits_are_those_of_Python(double value, string expected) =>
        Assert.Equal(expected, ClassificationReport.TwoDigits(value));

    private static double? PairsInOrder(double[] probabilities, bool[] labels)
    {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            for (int j = 0; j < labels.Length; j++)
            {
                if (!labels[i] || labels[j])
                    continue;
                pairs++;
                sum += probabilities[i] > probabilities[j] ? 1 : probabilities[i] == probabilities[j] ? 0.5 : 0;
            }
        }

        return pairs == 0 ? null : sum / pairs;
    }

    private static double AreaAtFixedThresholds(double[] probabilities, bool[] labels)
    {
        double area = 0, recallBefore = 0, fallOutBefore = 0;
        int positives = labels.Count(label => label), negatives = labels.Length - positives;
        for (int i = 199; i >= 0; i--)
        {
            double threshold = i == 0 ? -1e-7 : i == 199 ? 1 + 1e-7 : i / 199.0;
            int trues = 0, falses = 0;
            for (int row = 0; row < labels.Length; row++)
            {
                trues += probabilities[row] > threshold && labels[row] ? 1 : 0;
                falses += probabilities[row] > threshold && !labels[row] ? 1 : 0;
            }

            double recall = positives == 0
                ? 0 : (double)trues / positives, fallOut = negatives == 0 ? 0 : (double)falses / negatives;
            area += (fallOut - fallOutBefore) * (recall + recallBefore) / 2;
            (recallBefore, fallOutBefore) = (recall, fallOut);
        }

        return area;
    }
}
