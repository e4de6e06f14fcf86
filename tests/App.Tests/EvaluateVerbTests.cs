using System.Text.Json;
using System.Text.Json.Nodes;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.App.Tests;

public sealed class EvaluateVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Evaluate_measures_a_run_again_and_writes_its_page()
    {
        string page = Path.Combine(_folder.Path, "page.html");
        (int code, string output, _) = CommandLine.Run("evaluate", "--run", Run("run", 1), "--draws", "50", "--out", page);
        Assert.Equal(0, code);
        Assert.Contains("run, weighted loss", output);
        Assert.Contains("At thresholds from 'validation'", output);
        Assert.Contains("Not for medical use", output);
        Assert.Contains("</html>", File.ReadAllText(page));
    }

    [Fact]
    public void Evaluate_prints_one_document_and_nothing_else()
    {
        string page = Path.Combine(_folder.Path, "page.html");
        (int code, string output, string error) =
            CommandLine.Run("evaluate", "--run", Run("run", 1), "--draws", "50", "--out", page, "--json");
        Assert.Equal(0, code);
        JsonNode result = JsonNode.Parse(output)!["models"]!["weighted"]!;
        Assert.Equal(40, result["rows"]!.GetValue<int>());
        Assert.NotNull(result["intervals_95"]!["roc_auc"]);
        Assert.Contains(page, error);
    }

    [Fact]
    public void Compare_lays_runs_side_by_side_and_writes_a_page()
    {
        string page = Path.Combine(_folder.Path, "page.html"), first = Run("first", 1), second = Run("second", 2);
        (int code, string output, _) = CommandLine.Run("compare", first, second, "--draws", "50", "--out", page);
        Assert.Equal(0, code);
        Assert.Contains("random split, 40 test images of 20 patients", output);
        Assert.Contains("second, weighted", output);
        Assert.Contains("first, weighted", File.ReadAllText(page));
        JsonNode document = JsonNode.Parse(CommandLine.Run("compare", first, second, "--draws", "50", "--json").Output)!;
        JsonNode pair = document["test_sets"]![0]!["paired_roc_auc"]![0]!, models = document["test_sets"]![0]!["models"]!;
        Assert.Equal(
            models["second, weighted"]!["mean_roc_auc"]!.GetValue<double>() - models["first, weighted"]!["mean_roc_auc"]!.GetValue<double>(),
            pair["roc_auc"]!["mean"]!["difference"]!.GetValue<double>(), 1e-12);
    }

    [Fact]
    public void What_is_no_run_is_an_error_and_impossible_draws_are_wrong_usage()
    {
        (int code, _, string error) = CommandLine.Run("evaluate", "--run", _folder.Path);
        Assert.Equal(1, code);
        Assert.Contains("train --out", error);
        Assert.Equal(1, CommandLine.Run("compare", _folder.Path).Code);
        Assert.Equal(2, CommandLine.Run("compare").Code);
        Assert.Equal(2, CommandLine.Run("evaluate", "--run", _folder.Path, "--draws", "-1").Code);
    }

    [Fact]
    public void Score_warns_of_thresholds_that_were_chosen_on_the_measured_images()
    {
        string run = Run("run", 1), csv = Path.Combine(run, "weighted", "test-predictions.csv"),
            labels = Path.Combine(run, "test-labels.csv");
        (int code, string output, _) =
            CommandLine.Run("score", "--predictions", csv, "--labels", labels, "--choose-on", csv, "--draws", "0");
        Assert.Equal(0, code);
        Assert.Contains("were chosen on images of 20 of the patients that they are measured on", output);
    }

    /// <summary>A run's folder without its training.</summary>
    private string Run(string name, int seed)
    {
        Random random = new(seed);
        foreach ((string set, int first) in new[] { ("test", 0), ("validation", 100) })
        {
            string[] images = [.. Enumerable.Range(0, 40).Select(i => $"{first + i / 2:D8}_{i % 2:D3}.png")];
            _folder.Write($"{name}/{set}-labels.csv", "Image Index,Finding Labels,Patient ID\n" +
                string.Concat(images.Select((image, i) =>
                $"{image},{(i % 3 == 0 ? "No Finding" : Findings.Names[i % Findings.Count])},{first + i / 2}\n")));
            _folder.Write($"{name}/weighted/{set}-predictions.csv", $"Image Index,{string.Join(',', Findings.Names)}\n" +
                string.Concat(images.Select(image =>
                $"{image},{string.Join(',', Findings.Names.Select(_ => random.Next(1000) / 1000.0))}\n")));
        }

        return Path.GetDirectoryName(_folder.Write($"{name}/run.json", JsonSerializer.Serialize(new
        {
            phantom_data = false,
            options = new { recipe = "guide", split = new { official = false, seed = 0 } },
            models = new { weighted = new { weights_epoch = 0 } },
        })))!;
    }
}
