namespace ChestXray.Model.Tests.Evaluation;

public class SubgroupTests
{
    private static readonly EvaluationResult _result = Evaluator.Evaluate(SmallCase.Predictions(), new() { Subgroups = true, BootstrapDraws = 200 });

    [Fact]
    public void Sexes_and_ages_are_measured_apart_and_a_view_that_all_share_is_no_group()
    {
        Assert.Equal(["sex F", "sex M", "age 20-39", "age 40-59"], _result.Subgroups.Select(group => $"{group.By} {group.Name}"));
        Assert.Equal([12, 12, 20, 4], _result.Subgroups.Select(group => group.Images));
        Assert.Equal([6, 6, 10, 2], _result.Subgroups.Select(group => group.Patients));
    }

    [Fact]
    public void A_group_is_measured_like_a_set_of_its_own_images()
    {
        Predictions men = SmallCase.Predictions().Subset([.. Enumerable.Range(0, 24).Where(i => i % 4 < 2)]);
        EvaluationResult expected = Evaluator.Evaluate(men, new() { BootstrapDraws = 200 });
        Subgroup found = _result.Subgroups.Single(group => group.Name == "M");
        foreach ((string name, SubgroupFinding finding) in found.PerDisease)
        {
            Assert.Equal(expected.PerDisease[name].RocAuc, finding.RocAuc);
            Assert.Equal(expected.PerDisease[name].RocAucInterval, finding.RocAucInterval);
            Assert.Equal(expected.PerDisease[name].AtThreshold, finding.AtThreshold.Counts);
            Assert.Equal(expected.PerDisease[name].PositivePatients, finding.PositivePatients);
        }

        Assert.Equal(expected.MeanCalibrationError, found.MeanCalibrationError);
        Assert.NotNull(found.MeanCalibrationErrorInterval);
    }

    [Fact]
    public void Means_of_a_kind_are_over_the_findings_that_all_its_groups_can_define()
    {
        foreach (IGrouping<string, Subgroup> kind in _result.Subgroups.GroupBy(group => group.By))
        {
            string[] shared = [.. SmallCase.Names.Where(name => kind.All(group => group.PerDisease[name].RocAuc is not null))];
            Assert.All(kind, group => Assert.Equal(shared, group.MeanFindings));
            Assert.All(kind, group => Assert.Equal(shared.Length == 0
                ? null : shared.Average(name => group.PerDisease[name].RocAuc), group.MeanRocAuc));
        }
    }

    [Theory]
    [InlineData(-1, "unknown")]
    [InlineData(0, "0-19")]
    [InlineData(19, "0-19")]
    [InlineData(80, "80 and more")]
    [InlineData(120, "80 and more")]
    [InlineData(414, "unknown")]
    public void Ages_fall_into_spans_and_impossible_ones_are_unknown(int age, string span)
    {
        ImageFacts[] images = [new("a", 1, age, 'F', "PA"), new("b", 2, 50, 'M', "")];
        IReadOnlyList<Subgroup> groups = Evaluator.Evaluate(
            Predictions.From<double, byte>(["X"], [.2, .8], [0, 1], images), new() { Subgroups = true, BootstrapDraws = 0 }).Subgroups;
        Assert.Contains(groups, group => group.By == "age" && group.Name == span && group.Images == 1);
        Assert.Contains(groups, group => group.By == "view" && group.Name == "unknown");
        Assert.All(groups, group => Assert.Null(group.MeanRocAuc));
    }

    [Fact]
    public void Without_image_facts_or_unasked_there_are_none()
    {
        Assert.Empty(Evaluator.Evaluate(SmallCase.Predictions()).Subgroups);
        Assert.Empty(Evaluator.Evaluate(Predictions.From<double, byte>(["X"], [.1, .9], [0, 1]), new() { Subgroups = true }).Subgroups);
    }
}
