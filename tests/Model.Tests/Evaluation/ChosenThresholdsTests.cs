namespace ChestXray.Model.Tests.Evaluation;

public class ChosenThresholdsTests
{
    private static readonly Predictions _all = SmallCase.Predictions();

    [Fact]
    public void Thresholds_chosen_on_the_measured_patients_are_warned_of_and_called_so()
    {
        EvaluationResult result = Evaluator.Evaluate(_all, new() { Thresholds = ChosenThresholds.HighestF1(_all) });
        Assert.Equal("test", result.ThresholdSource);
        Assert.Contains(result.Warnings, warning => warning.StartsWith(
            "The thresholds 'validation' were chosen on images of 12 of the patients", StringComparison.Ordinal));
        Assert.Equal(12, result.OperatingPoints[ChosenThresholds.Validation].PatientsSharedWithChoice);
    }

    [Fact]
    public void One_shared_patient_is_enough()
    {
        Predictions first = _all.Subset([.. Enumerable.Range(0, 12)]), second = _all.Subset([.. Enumerable.Range(11, 13)]);
        EvaluationResult result = Evaluator.Evaluate(second, new() { Thresholds = ChosenThresholds.HighestF1(first) });
        Assert.Contains(result.Warnings, warning => warning.Contains("on images of 1 of the patients", StringComparison.Ordinal));
    }

    [Fact]
    public void Thresholds_of_other_patients_are_not_warned_of()
    {
        Predictions first = _all.Subset([.. Enumerable.Range(0, 12)]), second = _all.Subset([.. Enumerable.Range(12, 12)]);
        EvaluationResult result = Evaluator.Evaluate(second, new() { Thresholds = ChosenThresholds.HighestF1(first) });
        Assert.Equal("validation", result.ThresholdSource);
        Assert.DoesNotContain(result.Warnings, warning => warning.Contains("threshold", StringComparison.Ordinal));
    }

    [Fact]
    public void A_threshold_given_by_hand_is_said_to_be()
    {
        EvaluationResult result = Evaluator.Evaluate(_all, new() { Threshold = 0.3 });
        Assert.Contains(result.Warnings, warning => warning.StartsWith(
            "The threshold 0.3 was given by hand", StringComparison.Ordinal));
        Assert.Equal("fixed", result.ThresholdSource);
        Assert.Equal(["half"], result.OperatingPoints.Keys);
        Assert.DoesNotContain(Evaluator.Evaluate(_all).Warnings,
            warning => warning.Contains("by hand", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_choice_is_measured_at_its_own_thresholds()
    {
        double[] shares = [0.1, 0.2, 0.3, 0.4, 0.5], own = [0.9, 0.8, 0.7, 0.6, 0.5];
        EvaluationResult result = Evaluator.Evaluate(_all, new()
        {
            Thresholds = ChosenThresholds.Given("own", own),
            AlsoAt = [ChosenThresholds.AtPrevalence(shares)],
        });
        Assert.Equal(["half", "own", "prevalence"], result.OperatingPoints.Keys);
        for (int finding = 0; finding < 5; finding++)
        {
            string name = SmallCase.Names[finding];
            Assert.Equal(Count(finding, .5), result.OperatingPoints["half"].PerDisease[name].Counts);
            Assert.Equal(Count(finding, own[finding]), result.OperatingPoints["own"].PerDisease[name].Counts);
            Assert.Equal(Count(finding, shares[finding]), result.OperatingPoints["prevalence"].PerDisease[name].Counts);
            Assert.Equal(Count(finding, own[finding]), result.PerDisease[name].AtThreshold);
        }
    }

    [Fact]
    public void Choices_that_can_not_be_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ChosenThresholds.AtPrevalence([double.NaN]));
        Assert.Throws<ArgumentException>(() => Evaluator.Evaluate(_all, new() { Thresholds = ChosenThresholds.Given("own", [0.5]) }));
        ChosenThresholds twice = ChosenThresholds.AtPrevalence([.1, .1, .1, .1, .1]);
        Assert.Contains("'prevalence'", Assert.Throws<ArgumentException>(() => Evaluator.Evaluate(_all, new() { AlsoAt = [twice, twice] })).Message);
    }

    private static ThresholdCounts Count(int finding, double threshold) =>
        ThresholdCounts.Of(_all.Probabilities(finding), _all.Labels(finding), threshold);
}
