using System.Text.Json.Nodes;
using ChestXray.Tests;

namespace ChestXray.App.Tests;

public class SplitVerbTests
{
    [Fact]
    public void Split_prints_the_golden_document()
    {
        string golden = SharedData.Require("golden/split.json"),
        labels = SharedData.Require("labels/Data_Entry_2017_v2020.csv.gz");

        (int code, string output, _) = CommandLine.Run("split", "--labels", labels, "--json");

        Assert.Equal(0, code);
        JsonNode expected = JsonNode.Parse(File.ReadAllText(golden))!, actual = JsonNode.Parse(output)!;
        actual["source"] = expected["source"]!.DeepClone();
        Assert.True(JsonNode.DeepEquals(expected, actual), output);
    }

    [Fact]
    public void The_official_split_finds_its_list_or_says_what_it_needs()
    {
        using TemporaryFolder folder = new();
        string labels = folder.Write("labels.csv", "Image Index,Finding Labels,Patient ID\n" + string.Concat(
            Enumerable.Range(1, 10).Select(patient => $"{patient:D8}_000.png,Mass,{patient}\n")));

        (int code, _, string error) = CommandLine.Run("split", "--labels", labels, "--split", "official");
        folder.Write("test_list.txt", "00000004_000.png\n");
        (int found, string output, _) = CommandLine.Run("split", "--labels", labels, "--split", "official", "--json");

        Assert.Equal((1, 0), (code, found));
        Assert.Contains("--test-list", error);
        Assert.Equal(1, JsonNode.Parse(output)!["official_split"]!["sets"]!["test"]!["patients"]!.GetValue<int>());
    }
}
