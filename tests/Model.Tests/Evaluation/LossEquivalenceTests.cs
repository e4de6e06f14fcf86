namespace ChestXray.Model.Tests.Evaluation;

public class LossEquivalenceTests
{
    private static readonly ImageFacts[] _images = [new("a", 1), new("b", 2), new("c", 3), new("d", 4)];
    private static readonly byte[] _labels = [1, 0, 0, 1, 0, 0, 1, 1];

    [Fact]
    public void Pairs_on_the_same_side_are_counted_at_the_prevalence_and_at_one_half()
    {
        Predictions weighted = Predictions.From<double, byte>(["X", "Y"], [.9, .2, .6, .5, .4, .8, .51, .1], _labels, _images);
        Predictions plain = Predictions.From<double, byte>(["X", "Y"], [.6, .1, .2, .1, .1, .3, .2, .4], _labels, _images);

        LossEquivalence found = LossEquivalence.Of(weighted, plain, [.15, .25], 100);

        // At the prevalence all agree but the last (.1 against .4); at one half four positives of the weighted model are missed
        // but the first.
        Assert.Equal(7 / 8.0, found.AgreementAtPrevalence, 1e-12);
        Assert.Equal(5 / 8.0, found.AgreementAtHalf, 1e-12);
        Assert.InRange(found.AgreementAtPrevalence, found.AgreementAtPrevalenceInterval!.Value.Low,
            found.AgreementAtPrevalenceInterval.Value.High);
        Assert.InRange(found.AgreementAtHalf, found.AgreementAtHalfInterval!.Value.Low, found.AgreementAtHalfInterval.Value.High);
        Assert.Null(LossEquivalence.Of(weighted, plain, [.15, .25], 0).AgreementAtHalfInterval);
    }

    [Fact]
    public void Models_that_only_differ_by_the_weights_odds_answer_alike_at_the_prevalence()
    {
        Random random = new(4);
        double[] plain = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble() * .3)];
        const double prevalence = .08;
        double[] weighted = [.. plain.Select(p => p * (1 - prevalence) / (p * (1 - prevalence) + (1 - p) * prevalence))];
        byte[] labels = new byte[400];

        LossEquivalence found = LossEquivalence.Of(
            Predictions.From<double, byte>(["X"], weighted, labels), Predictions.From<double, byte>(["X"], plain, labels),
            [prevalence]);

        Assert.Equal(1, found.AgreementAtPrevalence, 1e-12);
        Assert.InRange(found.AgreementAtHalf, .1, .5);
    }

    [Fact]
    public void Other_images_or_shares_are_refused()
    {
        Predictions two = Predictions.From<double, byte>(["X"], [.1, .2], [0, 1]),
            one = Predictions.From<double, byte>(["X"], [.1], [0]);
        Assert.Throws<ArgumentException>(() => LossEquivalence.Of(two, one, [.1]));
        Assert.Throws<ArgumentException>(() => LossEquivalence.Of(two, two, [.1, .2]));
    }

    [Theory]
    [InlineData("CheXNet (Rajpurkar et al.)", false, 0.8414)]
    [InlineData("zoogzog/chexnet", false, 0.8508)]
    [InlineData("DacNet", false, 0.8528)]
    [InlineData("Guendel et al.", true, 0.804)]
    [InlineData("AE-CNN", true, 0.8241)]
    public void Published_areas_have_their_means(string name, bool isOfficial, double mean)
    {
        PublishedResult found = PublishedResult.All.Single(result => result.Name == name);
        Assert.Equal(Pipeline.Findings.Count, found.RocAuc.Count);
        Assert.Equal(isOfficial, found.IsOfficialSplit);
        Assert.Equal(mean, found.MeanRocAuc, 1e-4);
    }
}
