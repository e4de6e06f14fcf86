using System.Text.Json;
using System.Text.Json.Nodes;
using ChestXray.Model.Jobs;

namespace ChestXray.Model;

/// <summary>
/// A finished run, opened again: its predictions are measured anew, nothing is trained and no image is read. Immutable.
/// </summary>
public sealed class TrainedRun
{
    private readonly JsonNode _record;

    private TrainedRun(string folder, JsonNode record, IReadOnlyList<TrainedModel> models)
    {
        (Folder, _record, Models) = (folder, record, models);
        TestSetHash = RunRecord.NamesHash(models[0].Test.Images!.Select(image => image.Name));
    }

    /// <summary>The run's folder, in full.</summary>
    public string Folder { get; }

    /// <summary>Its name.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>Whether its images were made by this program.</summary>
    public bool IsPhantom => RunDescription.IsPhantom(_record);

    /// <summary>Whether its test set is NIH's list; null where the run does not say.</summary>
    public bool? IsOfficialSplit => RunDescription.IsOfficial(_record);

    /// <summary>SHA-256 of the test images' names: runs of one hash were measured on the same images.</summary>
    public string TestSetHash { get; }

    /// <summary>Its models, at least one, measured.</summary>
    public IReadOnlyList<TrainedModel> Models { get; }

    /// <summary>The run's options by name, as it wrote them down.</summary>
    public IReadOnlyDictionary<string, string> Options =>
        (_record["options"]?.AsObject()
            ?? []).ToDictionary(pair => pair.Key.Replace('_', ' '), pair => pair.Value?.ToJsonString().Trim('"') ?? "none");

    /// <summary>Opens a run and measures it.</summary>
    /// <param name="folder">The folder that `train --out` made.</param>
    /// <param name="draws">How often patients are drawn for the intervals.</param>
    /// <exception cref="JobException">No run, no finished model in it, or a file of it is missing or damaged.</exception>
    /// <exception cref="InvalidDataException">Predictions that can't be; the message names file, line and value.</exception>
    public static TrainedRun Open(string folder, int draws = 2000)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        JsonNode record = ReadRecord(full);
        string[] losses = [.. (record["models"] as JsonObject ?? []).Select(pair => pair.Key)];
        if (losses.Length == 0)
            throw new JobException(
                $"The run {full} has no finished model: go on with it by `train --resume` and the same --out.");
        return new(full, record, [.. losses.Select(loss => ReadModel(full, record, loss, draws))]);
    }

    /// <summary>What the run's page shows.</summary>
    public ReportData Report() => RunDescription.Of(Folder, _record, Models);

    /// <summary>Every figure as one JSON document: names in snake_case, undefined figures as null.</summary>
    public string ToJson()
    {
        ReportData report = Report();
        return JobJson.Write(new Dictionary<string, object?>
        {
            ["run"] = Name,
            ["phantom_data"] = IsPhantom,
            ["not_for_medical_use"] = true,
            ["official_split"] = IsOfficialSplit,
            ["test_set_sha256"] = TestSetHash,
            ["models"] = Models.ToDictionary(model => model.Loss, model => JobJson.Embed(model.Result)),
            ["paired_roc_auc"] = report.Paired,
            ["loss_equivalence"] = report.Equivalence,
            ["notes"] = report.Notes,
        });
    }

    private static JsonNode ReadRecord(string folder)
    {
        string path = Path.Combine(folder, RunFolder.RecordFile);
        if (!File.Exists(path))
            throw new JobException(
                $"There is no run in {folder}: it has no {RunFolder.RecordFile}. Name the folder that `train --out` made.");
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("it holds no object");
        }
        catch (JsonException error)
        {
            throw new JobException($"{path} is damaged: {error.Message}", error);
        }
    }

    private static TrainedModel ReadModel(string folder, JsonNode record, string loss, int draws)
    {
        Predictions test = Read(folder, loss, RunFolder.TestPredictions, RunFolder.TestLabels)
            ?? throw new JobException(
                $"The run {folder} keeps no {loss}/{RunFolder.TestPredictions} with {RunFolder.TestLabels}: it is of an older version or was not copied whole. " +
                "Where the predictions are there, `score --predictions` measures them with the data set's label file.");
        Predictions? validation = Read(folder, loss, RunFolder.ValidationPredictions, RunFolder.ValidationLabels);
        EvaluationOptions options =
            RunEvaluation.Options(RunDescription.Recipe(record), validation, RunDescription.Prevalence(record, loss));
        return new(
            loss, RunDescription.History(record, loss), record["models"]![loss]!["weights_epoch"]?.GetValue<int>() ?? -1, test,
            Evaluator.Evaluate(test, options with { BootstrapDraws = draws }));
    }

    private static Predictions? Read(string folder, string loss, string predictions, string labels)
    {
        string path = Path.Combine(folder, loss, predictions), labelPath = Path.Combine(folder, labels);
        return File.Exists(path) && File.Exists(labelPath) ? Scoring.Read(path, labelPath) : null;
    }
}
