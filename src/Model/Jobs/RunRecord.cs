using System.Runtime.InteropServices;
using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>`run.json`: what a run was asked, what it met and what it gave.</summary>
internal static class RunRecord
{
    public static void Write(RunFolder folder, TrainingJobResult result) => folder.Write("run.json", Document(result));

    /// <summary>The document that `--json` prints, too.</summary>
    public static Dictionary<string, object?> Document(TrainingJobResult result) => new()
    {
        ["phantom_data"] = result.IsPhantom,
        ["not_for_medical_use"] = true,
        ["cancelled"] = result.Cancelled,
        ["machine"] = new { processor = Machine.Processor, processors = Environment.ProcessorCount, system = RuntimeInformation.OSDescription },
        ["options"] = Options(result.Options),
        ["data"] = new
        {
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
                positives = Findings.Names.Zip(result.Data.Positives(pair.Key)).ToDictionary(count => count.First, count => count.Second),
            }),
            samples_per_epoch = result.SamplesPerEpoch,
            mean = result.Data.Statistics.Mean,
            standard_deviation = result.Data.Statistics.StandardDeviation,
            class_weights = Findings.Names.Select((name, i) =>
                new { disease = name, negative = result.Data.Weights.Negative[i], positive = result.Data.Weights.Positive[i] }),
        },
        ["models"] = result.Models.ToDictionary(model => model.Loss.ToString().ToLowerInvariant(), model => (object)new
        {
            history = model.Training.History,
            best_epoch = model.Training.BestEpoch,
            weights_epoch = model.Training.WeightsEpoch,
            stopped_early = model.Training.StoppedEarly,
            train_seconds = model.Seconds,
            test_seconds = model.TestSeconds,
            test = JobJson.Embed(model.Evaluation),
        }),
        ["stages_seconds"] = result.Stages.ToDictionary(stage => stage.Name, stage => stage.Seconds),
        ["peak_memory_mib"] = result.PeakOwnedBytes / 1048576.0,
        ["peak_mapped_store_mib"] = result.PeakMappedBytes / 1048576.0,
    };

    private static object Options(TrainingJobOptions options) => new
    {
        data = options.DataFolder,
        exclude = options.ExcludePath,
        split = options.Split,
        size = options.Layout.Size,
        pixels = options.Layout.Pixels.ToString().ToLowerInvariant(),
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
