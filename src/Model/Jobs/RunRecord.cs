using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>`run.json`: what a run was asked, what it met and what it gave.</summary>
internal static class RunRecord
{
    public static void Write(RunFolder folder, TrainingJobResult result) => folder.Write(RunFolder.RecordFile, Document(result));

    /// <summary>The document that `--json` prints, too.</summary>
    public static Dictionary<string, object?> Document(TrainingJobResult result) => new()
    {
        ["phantom_data"] = result.IsPhantom,
        ["not_for_medical_use"] = true,
        ["cancelled"] = result.Cancelled,
        ["made"] = DateTimeOffset.Now,
        ["software"] = Software.Versions,
        ["machine"] = new
        {
            processor = Machine.Processor,
            processors = Environment.ProcessorCount,
            system = RuntimeInformation.OSDescription,
            runtime = RuntimeInformation.FrameworkDescription,
        },
        ["options"] = Options(result.Options),
        ["data"] = new
        {
            folder = Path.GetFileName(result.Index.Folder),
            labels = Path.GetFileName(result.Index.Labels.SourcePath),
            labels_sha256 = FileHash(result.Index.Labels.SourcePath),
            images = result.Index.Images.Count,
            left_out = result.Index.Problems.Count,
            quarantined = result.Preparation.Quarantine.Count,
            decoded = result.Preparation.Decoded,
            reused = result.Preparation.Reused,
            decode_images_per_second = result.Preparation.ImagesPerSecond,
            sets = result.Data.Sets.ToDictionary(pair => Name(pair.Key), pair => new
            {
                images = pair.Value.Count,
                patients = pair.Value.Select(image => image.Label.PatientId).Distinct().Count(),
                no_finding = pair.Value.Count(image => image.Label.FindingBits == 0),
                file_names_sha256 = NamesHash(pair.Value.Select(image => image.Label.FileName)),
                positives = Findings.Names.Zip(result.Data.Positives(pair.Key))
                    .ToDictionary(count => count.First, count => count.Second),
            }),
            samples_per_epoch = result.SamplesPerEpoch,
            mean = result.Data.Statistics.Mean,
            standard_deviation = result.Data.Statistics.StandardDeviation,
            class_weights = Findings.Names.Select((name, i) =>
                new { disease = name, negative = result.Data.Weights.Negative[i], positive = result.Data.Weights.Positive[i] }),
        },
        ["notes"] = Notes(result),
        ["models"] = result.Models.ToDictionary(model => model.Loss.ToString().ToLowerInvariant(), model => (object)new
        {
            history = model.Training.History,
            best_epoch = model.Training.BestEpoch,
            weights_epoch = model.Training.WeightsEpoch,
            stopped_early = model.Training.StoppedEarly,
            train_seconds = model.Training.Seconds,
            test_seconds = model.TestSeconds,
            prevalence = model.Prevalence,
            weights_sha256 = FileHash(model.Training.WeightsPath),
            test = JobJson.Embed(model.Evaluation),
        }),
        ["stages_seconds"] = result.Stages.ToDictionary(stage => stage.Name, stage => stage.Seconds),
        ["peak_memory_mib"] = result.PeakOwnedBytes / 1048576.0,
        ["peak_mapped_store_mib"] = result.PeakMappedBytes / 1048576.0,
    };

    /// <summary>SHA-256 of file names in ordinal order, joined by line feeds, as the verb `split` prints it.</summary>
    public static string NamesHash(IEnumerable<string> names) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names.Order(StringComparer.Ordinal)))));

    /// <summary>Null where it is no file of its own (labels inside an archive).</summary>
    private static string? FileHash(string path)
    {
        if (!File.Exists(path))
            return null;
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static IEnumerable<string> Notes(TrainingJobResult result)
    {
        if (result.Options.ShuffleLabels)
            yield return "Labels were shuffled, as a control: every AUC should come out near 0.5.";
        foreach (IGrouping<string, NamedProblem> kind in JobTexts.LeftOut(result.Index, result.Preparation)
            .GroupBy(problem => problem.Kind))
            yield return $"{kind.Count():N0} left out ({kind.Key}), first {kind.First().Name}; all are named in left-out.tsv beside the run's page.";
        foreach (string gap in result.Data.Gaps())
            yield return gap;
        if (result.Cancelled)
            yield return "The run was ended before all was trained.";
    }

    private static object Options(TrainingJobOptions options) => new
    {
        data = options.DataFolder,
        exclude = options.ExcludePath,
        split = options.Split,
        size = options.Layout.Size,
        pixels = options.Layout.Pixels.ToString().ToLowerInvariant(),
        model = options.Training.Network.Name,
        channels = options.Training.Network.Channels,
        pixel_scale = options.Training.Network.Scale.ToString().ToLowerInvariant(),
        initial_weights = options.Training.InitialWeights,
        new_head = options.Training.NewHead,
        rates = options.Training.Rates.Select(rate => new { layers = rate.Key, factor = rate.Value }),
        antialias = options.Layout.Antialias,
        draft = options.Layout.Draft,
        recipe = options.Recipe.ToString().ToLowerInvariant(),
        convolutions = options.Training.Convolutions.ToString().ToLowerInvariant(),
        bfloat16 = options.Training.Bfloat16,
        exact_augmentation = options.ExactAugmentation,
        label_smoothing = options.Training.LabelSmoothing,
        focal_exponent = options.Training.FocalExponent,
        epochs = options.Training.Epochs,
        batch_size = options.Training.BatchSize,
        patience = options.Training.Patience,
        learning_rate = options.Training.LearningRate,
        decay = options.Training.Decay,
        seed = options.Training.Seed,
        device = options.Training.Device,
        ram_budget = options.RamBudget,
        shuffled_labels = options.ShuffleLabels,
    };

    private static string Name(SplitSet set) => set.ToString().ToLowerInvariant();
}
