using System.Text.Json;
using System.Text.Json.Serialization;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>
/// What a model needs beside its values, and where it comes from: `model.json` beside the weights, and metadata of exported
/// files. Immutable.
/// </summary>
public sealed record ModelCard
{
    /// <summary>The file beside the weights.</summary>
    public const string FileName = "model.json";

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The network.</summary>
    public required NetworkChoice Network { get; init; }

    /// <summary>Size, pixel type and resizing of its images.</summary>
    public required StoreLayout Layout { get; init; }

    /// <summary>Mean of the training images' grey levels, 0 to 255.</summary>
    public required double Mean { get; init; }

    /// <summary>Population standard deviation of them.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>The findings, in the order of the outputs.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Above them a probability counts as positive, by finding.</summary>
    public required IReadOnlyList<double> Thresholds { get; init; }

    /// <summary>Whether the thresholds were chosen on the validation set; otherwise they are 0.5.</summary>
    public required bool AreThresholdsChosen { get; init; }

    /// <summary>`weighted` or `plain`.</summary>
    public string Loss { get; init; } = "";

    /// <summary>`guide` or `improved`.</summary>
    public string Recipe { get; init; } = "";

    /// <summary>Epochs that were trained, and the 0-based one whose values these are.</summary>
    public int Epochs { get; init; }

    /// <inheritdoc cref="Epochs"/>
    public int WeightsEpoch { get; init; } = -1;

    /// <summary>Images that it was trained on.</summary>
    public int TrainingImages { get; init; }

    /// <summary>Of those, how many have each finding.</summary>
    public IReadOnlyList<int> TrainingPositives { get; init; } = [];

    /// <summary>Trained on made images: its probabilities say nothing about radiographs.</summary>
    public bool PhantomData { get; init; }

    /// <summary>What pixels are standardised by before they enter the network.</summary>
    [JsonIgnore]
    public PixelStatistics Input => Network.InputStatistics(new(Mean, StandardDeviation));

    /// <summary>The card of a trained model.</summary>
    internal static ModelCard Of(
        TrainingJobOptions options, bool isPhantom, TrainingData data, LossKind loss, TrainingResult result,
        ChosenThresholds thresholds) => new()
        {
            Network = options.Training.Network,
            Layout = options.Layout,
            Mean = data.Statistics.Mean,
            StandardDeviation = data.Statistics.StandardDeviation,
            Labels = [.. Findings.Names],
            Thresholds = thresholds.Values,
            AreThresholdsChosen = true,
            Loss = loss.ToString().ToLowerInvariant(),
            Recipe = options.Recipe.ToString().ToLowerInvariant(),
            Epochs = result.History.Count,
            WeightsEpoch = result.WeightsEpoch,
            TrainingImages = data.Sets[SplitSet.Train].Count,
            TrainingPositives = data.Positives(SplitSet.Train),
            PhantomData = isPhantom,
        };

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, _json);

    /// <summary>From JSON.</summary>
    /// <param name="source">Where it comes from, for errors.</param>
    /// <param name="json">What <see cref="ToJson"/> gave.</param>
    /// <exception cref="InvalidDataException">No such JSON, or values that no model has.</exception>
    public static ModelCard FromJson(string source, string json)
    {
        try
        {
            ModelCard card = JsonSerializer.Deserialize<ModelCard>(json, _json) ?? throw new JsonException("it is empty.");
            card.Check();
            return card;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or DataSetException)
        {
            throw new InvalidDataException($"{source} does not describe a model of this program: {error.Message}", error);
        }
    }

    /// <summary>Reads the card beside the weights of a run.</summary>
    /// <param name="folder">A loss' folder in the run's.</param>
    /// <exception cref="InvalidDataException">A card that can't be used.</exception>
    /// <exception cref="IOException">There is none.</exception>
    public static ModelCard Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return FromJson(path, File.ReadAllText(path));
    }

    internal void Write(string folder) => DurableFile.Replace(
        Path.Combine(folder, FileName), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(ToJson() + "\n")));

    private void Check()
    {
        Network.Validate();
        Layout.Validate();
        int count = Findings.Count;
        if (!Labels.SequenceEqual(Findings.Names) || Thresholds.Count != count
            || (TrainingPositives.Count != count && TrainingPositives.Count != 0))
            throw new ArgumentException($"it has {Labels.Count} labels and {Thresholds.Count} thresholds; there are {count} findings, in the guide's order.");
        if (!double.IsFinite(Mean) || !(StandardDeviation > 0) || !double.IsFinite(StandardDeviation))
            throw new ArgumentException(
                $"its mean is {Mean} and its deviation {StandardDeviation}; they must be finite, and the deviation above 0.");
    }
}
