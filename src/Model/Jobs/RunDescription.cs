using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>Reads `run.json` into what a page shows. Pages of fresh runs and of old ones come from the same text.</summary>
/// <remarks>What an older run did not write down is left out of its page.</remarks>
internal static class RunDescription
{
    private static readonly string[] _sets = ["train", "validation", "test"];

    /// <summary>Puts description and models together.</summary>
    /// <param name="folder">The run's folder, in full.</param>
    /// <param name="record">`run.json`.</param>
    /// <param name="models">Its models, at least one.</param>
    public static ReportData Of(string folder, JsonNode record, IReadOnlyList<TrainedModel> models)
    {
        JsonNode? data = record["data"], options = record["options"];
        return new()
        {
            Title = $"ChestXray run {Path.GetFileName(folder)}",
            IsPhantom = IsPhantom(record),
            Made = record["made"]?.GetValue<DateTimeOffset>() ?? DateTimeOffset.Now,
            DataSource = $"{data?["images"]?.GetValue<int>():N0} images of {Text(data, "folder", "a folder")}, labels from {Text(data, "labels", "its label file")}" +
                (options?["shuffled_labels"]?.GetValue<bool>() == true ? "; labels shuffled, as a control" : ""),
            Split = IsOfficial(record) switch
            {
                true => "NIH's official list is the test set; validation was drawn from the other patients.",
                false => $"Patients were drawn at random as the guide draws them (seed {options!["split"]!["seed"]}). " +
                    "Figures of random splits must not be compared with those of the official split.",
                null => "The run does not say how its patients were divided.",
            },
            IsOfficialSplit = IsOfficial(record),
            Sets = [.. _sets.Where(set => data?["sets"]?[set]?["no_finding"] is not null)
                .Select(set => Summary(set, data!["sets"]![set]!))],
            Models = models,
            TrainingPrevalence = Prevalence(record, models[0].Loss),
            Paired = Paired(models),
            Equivalence = Equivalence(record, models),
            Samples = RunSamples.Read(folder, models[0].Test),
            Notes = [.. record["notes"]?.AsArray().Select(note => note!.GetValue<string>()) ?? []],
            Options = Values(options, value => value is not JsonObject),
            Machine = [.. Values(record["machine"], _ => true), new("device", Text(options, "device", "unknown"))],
            Software = Values(record["software"], _ => true),
            Hashes = [.. Hashes(record)],
            Figures = [.. Figures(record)],
        };
    }

    /// <summary>Whether the run's images were made by this program.</summary>
    public static bool IsPhantom(JsonNode record) => record["phantom_data"]?.GetValue<bool>() == true;

    /// <summary>Whether its test set is NIH's list; null where it does not say.</summary>
    public static bool? IsOfficial(JsonNode record) => record["options"]?["split"]?["official"]?.GetValue<bool>();

    /// <summary>The recipe; the guide's where it does not say.</summary>
    public static Recipe Recipe(JsonNode record) =>
        Enum.TryParse(Text(record["options"], "recipe", "guide"), ignoreCase: true, out Recipe recipe)
            ? recipe : Model.Recipe.Guide;

    /// <summary>The share of positives that the class weights stand for; null where it was not written down.</summary>
    public static double[]? Prevalence(JsonNode record, string loss) =>
        record["models"]?[loss]?["prevalence"]?.AsArray().Select(value => value!.GetValue<double>()).ToArray();

    /// <summary>The epochs of one model.</summary>
    public static EpochMetrics[] History(JsonNode record, string loss) =>
        record["models"]?[loss]?["history"]?.Deserialize<EpochMetrics[]>(JobJson.Options) ?? [];

    private static IReadOnlyDictionary<string, ModelComparison>? Paired(IReadOnlyList<TrainedModel> models) =>
        models.Count == 2 && models.All(model => model.Result.BootstrapDraws > 0)
            ? ModelComparison.OfAreas(models[0].Test, models[1].Test, models[0].Result.BootstrapDraws)
            : null;

    private static LossEquivalence? Equivalence(JsonNode record, IReadOnlyList<TrainedModel> models)
    {
        TrainedModel? weighted = models.FirstOrDefault(model => model.Loss == "weighted"),
            plain = models.FirstOrDefault(model => model.Loss == "plain");
        return weighted is not null && plain is not null && Prevalence(record, plain.Loss) is { } prevalence
            ? LossEquivalence.Of(weighted.Test, plain.Test, prevalence, plain.Result.BootstrapDraws)
            : null;
    }

    private static SetSummary Summary(string name, JsonNode set) => new(
        name, set["patients"]!.GetValue<int>(), set["images"]!.GetValue<int>(), set["no_finding"]!.GetValue<int>(),
        [.. Findings.Names.Select(finding => set["positives"]![finding]!.GetValue<int>())]);

    private static IEnumerable<NamedValue> Hashes(JsonNode record)
    {
        if (record["data"]?["labels_sha256"] is { } labels)
            yield return new("label file", labels.GetValue<string>());
        foreach (string set in _sets)
        {
            if (record["data"]?["sets"]?[set]?["file_names_sha256"] is { } names)
                yield return new($"file names, {set}", names.GetValue<string>());
        }

        foreach ((string loss, JsonNode? model) in record["models"]?.AsObject() ?? [])
        {
            if (model?["weights_sha256"] is { } weights)
                yield return new($"weights, {loss}", weights.GetValue<string>());
        }
    }

    private static IEnumerable<NamedValue> Figures(JsonNode record)
    {
        JsonNode? data = record["data"];
        yield return new("samples an epoch", Number(data?["samples_per_epoch"], "N0"));
        yield return new("mean and deviation", $"{Number(data?["mean"], "0.0000")} and {Number(data?["standard_deviation"], "0.0000")} grey levels");
        yield return new(
            "decoded in this run", data?["decoded"]?.GetValue<int>() is null or 0 ? "nothing: all records were there" :
            $"{Number(data["decoded"], "N0")} images at {Number(data["decode_images_per_second"], "N0")} images/s");
        foreach ((string loss, JsonNode? model) in record["models"]?.AsObject() ?? [])
        {
            EpochMetrics[] history = History(record, loss);
            if (history.Length > 0)
            {
                string rate = history.Average(epoch => epoch.TrainImagesPerSecond).ToString("N0", CultureInfo.InvariantCulture);
                yield return new($"training, {loss}", $"{rate} images/s, {Number(model!["train_seconds"], "N0")} s with validation");
            }
        }

        foreach ((string stage, JsonNode? seconds) in record["stages_seconds"]?.AsObject() ?? [])
            yield return new($"stage: {stage}", $"{Number(seconds, "0.0")} s");
        yield return new("peak memory", $"{Number(record["peak_memory_mib"], "N0")} MiB, and {Number(record["peak_mapped_store_mib"], "N0")} MiB of the mapped store");
    }

    private static IReadOnlyList<NamedValue> Values(JsonNode? node, Func<JsonNode?, bool> isShown) =>
        [.. (node?.AsObject() ?? []).Where(pair => isShown(pair.Value))
            .Select(pair => new NamedValue(pair.Key.Replace('_', ' '), pair.Value?.ToString() ?? "none"))];

    private static string Number(JsonNode? value, string format) =>
        value is JsonValue number ? number.GetValue<double>().ToString(format, CultureInfo.InvariantCulture) : "unknown";

    private static string Text(JsonNode? node, string name, string otherwise) => node?[name]?.ToString() ?? otherwise;
}
