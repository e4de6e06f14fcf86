using System.Text.Json.Nodes;
using System.Xml.Linq;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Evaluation;

public sealed class RunComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Runs_of_one_test_set_share_a_table_and_each_model_is_held_against_the_first()
    {
        RunComparison comparison = RunComparison.Of([Open("good", knowledge: 0.4), Open("poor", knowledge: 0.02)], draws: 200);

        ComparisonGroup group = Assert.Single(comparison.Groups);
        Assert.Empty(comparison.Warnings);
        Assert.Equal(["good, weighted", "good, plain", "poor, weighted", "poor, plain"],
            group.Models.Select(model => model.Name));
        Assert.Equal(["good, plain", "poor, weighted", "poor, plain"], group.Pairs.Select(pair => pair.First));
        ModelComparison worse = group.Pairs[1].RocAuc["mean"];
        Assert.True(worse.Difference < 0);
        Assert.True(worse.Interval!.Value.High < 0);
        Assert.InRange(worse.PValue!.Value, 0, 0.05);
        Assert.Equal(group.Models[2].Result.MeanRocAuc!.Value - group.Models[0].Result.MeanRocAuc!.Value, worse.Difference,
            1e-12);
    }

    [Fact]
    public void Official_and_random_splits_never_share_a_table_and_are_warned_of()
    {
        RunComparison comparison =
            RunComparison.Of([Open("random"), Open("official", isOfficial: true, firstPatient: 900)], draws: 0);
        Assert.Equal(2, comparison.Groups.Count);
        Assert.All(comparison.Groups, group => Assert.Single(group.Runs));
        Assert.Contains(comparison.Warnings, warning =>
            warning.Contains("official test set and some on random patients", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_patients_are_another_table()
    {
        RunComparison comparison = RunComparison.Of([Open("one"), Open("other", firstPatient: 900)], draws: 0);
        Assert.Equal(2, comparison.Groups.Count);
        Assert.Contains("2 different test sets", Assert.Single(comparison.Warnings));
    }

    [Fact]
    public void Images_in_another_order_pair_up()
    {
        TrainedRun first = Open("first");
        string turned = RunFolderSample.Write(_folder.Path, "turned");
        foreach (string loss in new[] { "weighted", "plain" })
        {
            string path = Path.Combine(turned, loss, "test-predictions.csv");
            string[] lines = File.ReadAllLines(path);
            File.WriteAllLines(path, [lines[0], .. lines.Skip(1).Reverse()]);
        }

        ComparisonGroup group = Assert.Single(RunComparison.Of([first, TrainedRun.Open(turned, 0)], draws: 50).Groups);
        Assert.All(group.Pairs[1].RocAuc.Values, comparison => Assert.Equal(0, comparison.Difference));
    }

    [Fact]
    public void Holms_correction_multiplies_the_smallest_by_all_and_never_falls()
    {
        IReadOnlyDictionary<string, ModelComparison> found =
            ModelComparison.OfAreas(RunFolderSample.Make(0, .2, 1), RunFolderSample.Make(0, .1, 2), 300);
        ModelComparison[] ordered =
            [.. found.Where(pair => pair.Key != "mean").Select(pair => pair.Value).OrderBy(one => one.PValue)];
        Assert.Equal(Math.Min(1, 14 * ordered[0].PValue!.Value), ordered[0].HolmPValue!.Value, 1e-12);
        Assert.All(ordered.Zip(ordered.Skip(1)), pair => Assert.True(pair.First.HolmPValue <= pair.Second.HolmPValue));
        Assert.All(ordered, one => Assert.InRange(one.HolmPValue!.Value, one.PValue!.Value, 1));
        Assert.Equal(found["mean"].PValue, found["mean"].HolmPValue);
    }

    [Fact]
    public void The_page_is_well_formed_and_says_what_was_told_differently()
    {
        RunComparison comparison = RunComparison.Of(
            [Open("a"), Open("b", recipe: "improved"), Open("c", isOfficial: true, firstPatient: 900)], draws: 50);
        string text = ComparisonReport.Render(comparison);
        XElement page = XDocument.Parse(text[text.IndexOf("<html", StringComparison.Ordinal)..]).Root!;
        string[] ids = [.. page.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Contains("Not for medical use", page.Value);
        Assert.Contains("must not be compared", page.Value);
        Assert.Contains("recipe", page.Descendants("table")
            .Single(table => table.Element("caption")!.Value == "Options that differ").Value);
        Assert.All(page.Descendants("nav").Elements("a"), way => Assert.Contains(way.Attribute("href")!.Value[1..], ids));
        JsonNode document = JsonNode.Parse(comparison.ToJson())!;
        Assert.Equal(2, document["test_sets"]!.AsArray().Count);
        Assert.Equal(3, document["test_sets"]![0]!["paired_roc_auc"]!.AsArray().Count);
    }

    [Fact]
    public void No_run_and_one_named_twice_are_refused()
    {
        Assert.Throws<ArgumentException>(() => RunComparison.Of([]));
        TrainedRun run = Open("run");
        Assert.Contains("more than once", Assert.Throws<ArgumentException>(() => RunComparison.Of([run, run])).Message);
    }

    private TrainedRun Open(string name, bool isOfficial = false, double knowledge = 0.3, int firstPatient = 0,
        string recipe = "guide") =>
        TrainedRun.Open(RunFolderSample.Write(_folder.Path, name, isOfficial, knowledge, firstPatient, recipe), draws: 0);
}
