using System.Text.Json;
using ChestXray.Pipeline;

namespace ChestXray.Model.Tests.Training;

/// <summary>The guide's class weights as the golden files write them.</summary>
internal static class GoldenWeights
{
    public static ClassWeights Read(JsonElement weights) => new(Sign(weights, "negative"), Sign(weights, "positive"));

    private static double[] Sign(JsonElement weights, string name) =>
        [.. weights.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
}
