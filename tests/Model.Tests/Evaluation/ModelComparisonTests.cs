namespace ChestXray.Model.Tests.Evaluation;

public class ModelComparisonTests
{
    [Fact]
    public void A_model_does_not_differ_from_itself()
    {
        Predictions predictions = SmallCase.Predictions();
        IReadOnlyDictionary<string, ModelComparison> result = ModelComparison.OfAreas(predictions, predictions, draws: 200);

        Assert.Equal(["Alpha", "Beta_With_A_Long_Name", "Ties", "mean"], result.Keys);
        Assert.All(result.Values, comparison => Assert.Equal(new(0, new(0, 0), 1) { HolmPValue = 1 }, comparison));
    }

    [Fact]
    public void Perfect_order_against_guessing_is_far_from_nothing()
    {
        Random random = new(3);
        byte[] labels = [.. Enumerable.Range(0, 200).Select(i => (byte)(i % 4 == 0 ? 1 : 0))];
        ImageFacts[] images = [.. labels.Select((_, i) => new ImageFacts($"{i}.png", i))];
        Predictions perfect =
            Predictions.From<double, byte>(["X"], [.. labels.Select(label => label * 0.8 + 0.1)], labels, images);
        Predictions guess = Predictions.From<double, byte>(["X"], [.. labels.Select(_ => random.NextDouble())], labels, images);

        ModelComparison found = ModelComparison.OfAreas(perfect, guess)["X"];

        Assert.InRange(found.Difference, 0.3, 0.7);
        Assert.InRange(found.Interval!.Value.Low, 0.2, found.Difference);
        Assert.InRange(found.PValue!.Value, 0, 0.002);
    }

    [Fact]
    public void Other_images_or_labels_are_refused()
    {
        Predictions all = SmallCase.Predictions();
        Assert.Throws<ArgumentException>(() => ModelComparison.OfAreas(all, all.Subset([.. Enumerable.Range(0, 24).Reverse()])));
        Predictions unnamed = Predictions.From<double, byte>(["X"], [.1, .9], [0, 1]);
        Assert.Throws<ArgumentException>(() => ModelComparison.OfAreas(unnamed, unnamed));
    }

    [Fact]
    public void Thresholds_chosen_on_validation_reach_the_highest_f1_there()
    {
        Predictions predictions = SmallCase.Predictions();
        ChosenThresholds chosen = ChosenThresholds.HighestF1(predictions);
        EvaluationResult result = Evaluator.Evaluate(predictions, new() { Thresholds = chosen });

        Assert.Equal(0.5, chosen.Values[2]);
        for (int finding = 0; finding < 5; finding++)
        {
            double best = Enumerable.Range(0, 101).Max(step => ThresholdCounts.Of(
                predictions.Probabilities(finding), predictions.Labels(finding), Math.Max(0, step / 100.0 - .005)).Scores.F1);
            Assert.Equal(best, result.PerDisease[SmallCase.Names[finding]].Scores.F1, 1e-12);
        }
    }

    [Fact]
    public void Calibration_compares_what_was_said_with_what_was_so()
    {
        Predictions predictions = Predictions.From<double, byte>(["X"], [.15, .15, .95, 1, 1], [0, 1, 1, 1, 0]);
        Calibration found = Calibration.Of(predictions, 0);

        Assert.Equal(2, found.Bins.Count);
        Assert.Equal(2, found.Bins[0].Images);
        Assert.Equal(0.5, found.Bins[0].PositiveShare);
        Assert.Equal(2.95 / 3, found.Bins[1].MeanProbability, 1e-12);
        Assert.Equal((0.7 + 0.95) / 5, found.ExpectedError, 1e-12);
        Assert.Equal((.15 * .15 + .85 * .85 + .05 * .05 + 0 + 1) / 5, found.BrierScore, 1e-12);
    }
}
