using System.Text.Json;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Evaluation;

/// <summary>A published model's 22,433 x 14 predictions against what scikit-learn makes of them.</summary>
public class GoldenScoreTests
{
    [Fact]
    public void Every_golden_figure_is_reached()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(SharedData.Require("golden/auc.json")));
        using JsonDocument found = JsonDocument.Parse(Score(0.5).ToJson());

        Assert.Equal(3 + 14 * 7, Compare("", golden.RootElement, found.RootElement));
    }

    [Fact]
    public void The_report_text_is_the_golden_one() => Assert.Equal(
        File.ReadAllText(SharedData.Require("golden/classification_report_at_0.2.txt")), Score(0.2).ClassificationReport);

    private static EvaluationResult Score(double threshold) => Scoring.Score(
        SharedData.Require("golden/predictions.csv.gz"), SharedData.Require("labels/Data_Entry_2017_v2020.csv.gz"), threshold);

    /// <summary>Walks the golden document; returns how many numbers were compared.</summary>
    private static int Compare(string path, JsonElement expected, JsonElement found)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                return expected.EnumerateObject().Sum(member =>
                {
                    Assert.True(found.TryGetProperty(member.Name, out JsonElement value), $"{path}/{member.Name} is missing");
                    return Compare($"{path}/{member.Name}", member.Value, value);
                });
            case JsonValueKind.Number:
                double difference = Math.Abs(expected.GetDouble() - found.GetDouble());
                Assert.True(difference <= 1e-12, $"{path}: expected {expected}, found {found}");
                return 1;
            default:
                return 0;
        }
    }
}
