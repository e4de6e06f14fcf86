using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ChestXray.Model.Tests.Jobs;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Exploration;

public sealed partial class InspectionJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public InspectionJobTests() => PhantomSet.Write(Data, new() { Images = 120, Side = 112 });

    private string Data => Path.Combine(_folder.Path, "data");

    private string[] Images => [.. Directory.GetFiles(Data, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_shows_every_section_and_asks_for_nothing_from_outside()
    {
        Listener listener = new();
        InspectionJobResult result = InspectionJob.Run(Options(), listener);

        string page = File.ReadAllText(result.PagePath);
        XElement html = XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]).Root!;
        Assert.Equal(
            ["overview", "problems", "findings", "sets", "together", "people", "samples", "augmentation", "reliability"],
            html.Descendants("section").Select(section => section.Attribute("id")!.Value));
        Assert.Contains("PHANTOM DATA", page);
        Assert.Contains("Not for medical use", page);
        Assert.Contains("PHANTOM DATA", listener.Text);
        Assert.DoesNotMatch(Outside(), page);
        Assert.InRange(page.Length, 100_000, 5_000_000);
        Assert.All(html.Descendants("img"), image => Assert.NotEqual("", image.Attribute("alt")!.Value));
        Assert.Equal(32, html.Descendants("section").Single(section => section.Attribute("id")!.Value == "augmentation")
            .Descendants("img").Count());
        string[] ids = [.. html.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void The_document_has_every_table_and_every_problem_with_its_remedy()
    {
        File.WriteAllText(Images[3], "no image");
        InspectionJobResult result = InspectionJob.Run(Options(), new Listener());

        JsonNode document = JsonNode.Parse(File.ReadAllText(result.JsonPath))!;
        JsonNode broken = Assert.Single(
            document["problems"]!.AsArray(), problem => problem!["code"]!.GetValue<string>() == "not-an-image")!;
        Assert.Equal(Path.GetFileName(Images[3]), broken["name"]!.GetValue<string>());
        Assert.Equal("fault", broken["severity"]!.GetValue<string>());
        Assert.True(broken["leave_out"]!.GetValue<bool>());
        Assert.Equal(120, document["tables"]!["images"]!.GetValue<int>());
        Assert.Equal(Findings.Count, document["tables"]!["findings"]!.AsArray().Count);
        int[] sets = [.. ((string[])["train", "validation", "test"])
            .Select(set => document["sets"]![set]!["images"]!.GetValue<int>())];
        Assert.Equal(120, sets.Sum());
        Assert.Equal(result.ToJson().ReplaceLineEndings(), File.ReadAllText(result.JsonPath).TrimEnd().ReplaceLineEndings());
    }

    [Fact]
    public void A_set_too_small_to_be_divided_is_inspected_all_the_same()
    {
        string labels = Path.Combine(Data, "Data_Entry_2017.csv");
        File.WriteAllLines(labels, File.ReadAllLines(labels).Take(3));
        InspectionJobResult result = InspectionJob.Run(Options(), new Listener());
        Assert.Equal(2, result.Tables.Images);
        Assert.Contains("There are no three sets", result.SplitWords);
        Assert.Contains("orientation-not-checked", result.Inspection.Problems.Select(problem => problem.Code));
    }

    [Fact]
    public void Records_of_16_bits_are_inspected_as_well()
    {
        InspectionJobResult result = InspectionJob.Run(Options() with { Layout = new(112, PixelType.U16) }, new Listener());
        Assert.DoesNotContain(result.Inspection.Problems, problem => problem.Severity != ProblemSeverity.Note);
        Assert.Contains("data:image/jpeg", File.ReadAllText(result.PagePath));
    }

    [Fact]
    public void Training_leaves_exactly_the_listed_images_out_and_does_not_go_on_with_another_list()
    {
        File.WriteAllBytes(Images[3], File.ReadAllBytes(Images[3])[..500]);
        File.WriteAllBytes(Images[9], File.ReadAllBytes(Images[60]));
        string list = Path.Combine(_folder.Path, "exclusions.tsv");
        InspectionJobResult inspected = InspectionJob.Run(Options() with { ExclusionPath = list }, new Listener());
        string[] listed = [Path.GetFileName(Images[3]), Path.GetFileName(Images[9]), Path.GetFileName(Images[60])];
        Assert.Equal(listed.Length, inspected.LeaveOut);
        Listener listener = new();

        TrainingJobOptions options = new()
        {
            DataFolder = Data,
            RunFolder = Path.Combine(_folder.Path, "run"),
            CacheFolder = Path.Combine(_folder.Path, "cache"),
            Layout = new(112),
            Prepare = new() { MaxBadShare = 0 },
            ExcludePath = list,
            Losses = [LossKind.Weighted],
            Training = new() { Epochs = 1, BatchSize = 32, Device = "cpu" },
        };
        TrainingJobResult result = TrainingJob.Run(options, listener);

        string[] used = [.. result.Data.Sets.Values.SelectMany(set => set).Select(image => image.Label.FileName)];
        Assert.Equal(Images.Select(Path.GetFileName).Except(listed), used.Order(StringComparer.Ordinal));
        Assert.Contains("3 left out (excluded)", listener.Text);
        string leftOut = File.ReadAllText(Path.Combine(_folder.Path, "run", "left-out.tsv"));
        Assert.All(listed, name => Assert.Contains(name, leftOut));
        JsonNode record = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.Path, "run", "run.json")))!;
        Assert.Equal(list, record["options"]!["exclude"]!.GetValue<string>());
        File.WriteAllLines(list, File.ReadAllLines(list).Take(3));
        Assert.ThrowsAny<Exception>(() => TrainingJob.Run(options with { Prepare = new(), Training = options.Training with { Resume = true, Epochs = 2 } }, new Listener()));
    }

    [Fact]
    public void The_pass_uses_the_store_that_training_uses()
    {
        InspectionJob.Run(Options(), new Listener());
        InspectionJobResult second = InspectionJob.Run(Options(), new Listener());
        Assert.Equal(0, second.Preparation.Decoded);
    }

    private InspectionJobOptions Options() => new()
    {
        DataFolder = Data,
        CacheFolder = Path.Combine(_folder.Path, "cache"),
        OutFolder = Path.Combine(_folder.Path, "out"),
        Layout = new(112),
    };

    [GeneratedRegex("(src|href|url|@import)[=( \"']+(https?:)?//", RegexOptions.IgnoreCase)]
    private static partial Regex Outside();
}
