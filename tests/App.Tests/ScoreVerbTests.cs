using System.Text.Json.Nodes;
using ChestXray.Tests;

namespace ChestXray.App.Tests;

public class ScoreVerbTests
{
    [Fact]
    public void Score_gives_the_golden_areas_and_report()
    {
        string predictions = SharedData.Require("golden/predictions.csv.gz"),
            labels = SharedData.Require("labels/Data_Entry_2017_v2020.csv.gz");

        (int code, string output, _) =
            CommandLine.Run("score", "--predictions", predictions, "--labels", labels, "--threshold", "0.2", "--json");

        Assert.Equal(0, code);
        JsonNode result = JsonNode.Parse(output)!, golden =
            JsonNode.Parse(File.ReadAllText(SharedData.Require("golden/auc.json")))!;
        foreach ((string finding, JsonNode? expected) in golden["per_disease"]!.AsObject())
            Assert.Equal(expected!["roc_auc"]!.GetValue<double>(),
                result["per_disease"]![finding]!["roc_auc"]!.GetValue<double>(), 1e-12);
        Assert.Equal(File.ReadAllText(SharedData.Require("golden/classification_report_at_0.2.txt")),
            result["classification_report"]!.GetValue<string>());
    }
}
