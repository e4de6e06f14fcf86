using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChestXray.Model.Feeding;
using ChestXray.Model.Networks;

namespace ChestXray.Model.Training;

/// <summary>What a checkpoint says in words and numbers beside its tensors; JSON in the file's metadata.</summary>
internal sealed record CheckpointText
{
    private static readonly JsonSerializerOptions _json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public required int Epoch { get; init; }

    public required int Position { get; init; }

    public required double TrainSeconds { get; init; }

    public required double Seconds { get; init; }

    public required bool StoppedEarly { get; init; }

    public required long Steps { get; init; }

    public required double StoppingBestLoss { get; init; }

    public required int BestEpoch { get; init; }

    public required int Waited { get; init; }

    public required double RuleBestLoss { get; init; }

    public required IReadOnlyList<EpochMetrics> History { get; init; }

    public required IReadOnlyDictionary<string, string> Configuration { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, _json);

    /// <exception cref="InvalidDataException">No such JSON.</exception>
    public static CheckpointText FromJson(string path, string json)
    {
        try
        {
            return JsonSerializer.Deserialize<CheckpointText>(json, _json)
                ?? throw new InvalidDataException($"{path} says nothing about its run.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} says about its run what is no checkpoint's text: {error.Message}", error);
        }
    }

    /// <summary>Everything that the final weights depend on, by name: a run may only go on with the same.</summary>
    /// <param name="options">How it is trained.</param>
    /// <param name="train">The samples.</param>
    /// <param name="validation">Those of validation.</param>
    /// <param name="convolutions">Who computes them in the end.</param>
    public static SortedDictionary<string, string> Describe(
        TrainingOptions options, IBatchSource train, IBatchSource validation, ConvolutionPath convolutions)
    {
        SortedDictionary<string, string> texts = new(StringComparer.Ordinal)
        {
            ["network"] = options.Network.Name,
            ["loss"] = options.Loss.ToString(),
            ["class weights"] = options.Loss == LossKind.Weighted
                ? string.Join(' ', options.Weights!.Negative.Concat(options.Weights.Positive).Select(Text)) : "none",
            ["batch size"] = Text(options.BatchSize),
            ["patience"] = Text(options.Patience),
            ["learning rate"] = Text(options.LearningRate),
            ["decay"] = Text(options.Decay),
            ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
            ["convolutions"] = convolutions.ToString(),
            ["label smoothing"] = Text(options.LabelSmoothing),
            ["focal exponent"] = Text(options.FocalExponent),
            ["bfloat16"] = options.Bfloat16.ToString(),
            ["training samples"] = Text(train.Count),
            ["validation samples"] = Text(validation.Count),
            ["size"] = Text(train.Size),
        };
        if (options.Network.Name != NetworkCatalogue.Guide)
            (texts["channels"], texts["pixel scale"]) = (Text(options.Network.Channels), options.Network.Scale.ToString());
        if (options.InitialWeights is { } weights)
            texts["initial weights"] = InitialValues.Hash(weights) + (options.NewHead ? ", new head" : "");
        if (options.Rates.Count > 0)
            texts["rates"] = string.Join(' ', options.Rates.Select(rate => $"{rate.Key}={Text(rate.Value)}"));
        foreach ((string name, string text) in options.Identity)
            texts["data: " + name] = text;
        return texts;
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
