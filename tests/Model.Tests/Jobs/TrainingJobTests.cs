using System.Text.Json.Nodes;
using ChestXray.Model.Feeding;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Jobs;

public sealed class TrainingJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainingJobTests() => PhantomSet.Write(Data, new() { Images = 120, Side = 112 });

    private string Data => Path.Combine(_folder.Path, "data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_trains_both_losses_measures_them_and_says_everywhere_that_the_data_are_phantoms()
    {
        Listener listener = new();

        TrainingJobResult result = TrainingJob.Run(Options("run"), listener, CancellationToken.None);

        Assert.Equal([LossKind.Weighted, LossKind.Plain], result.Models.Select(model => model.Loss));
        Assert.All(result.Models, model => Assert.All(
            model.Training.History, epoch => Assert.True(double.IsFinite(epoch.Train.Loss + epoch.Validation.Loss))));
        Assert.Contains("PHANTOM DATA", listener.Text);
        Assert.Contains("Not for medical use", listener.Text);
        Assert.Contains("Plan", listener.Text);
        Assert.Contains("Peak memory", listener.Text);
        Assert.Contains("Heat map of ", File.ReadAllText(Path.Combine(_folder.Path, "run", "report.html")));
        JsonNode record = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.Path, "run", "run.json")))!;
        Assert.True(record["phantom_data"]!.GetValue<bool>());
        Assert.Equal(120, record["data"]!["images"]!.GetValue<int>());
        foreach (string loss in new[] { "weighted", "plain" })
        {
            Assert.True(File.Exists(Path.Combine(_folder.Path, "run", loss, "weights.safetensors")));
            Assert.Equal(
                result.Data.Sets[SplitSet.Test].Count +
                    1, File.ReadLines(Path.Combine(_folder.Path, "run", loss, "test-predictions.csv")).Count());
            Assert.Equal(2, record["models"]![loss]!["history"]!.AsArray().Count);
            Assert.Equal(
                result.Data.Sets[SplitSet.Validation].Count +
                    1, File.ReadLines(Path.Combine(_folder.Path, "run", loss, "validation-predictions.csv")).Count());
        }

        Opened_again_it_is_measured_and_shown_alike(result);
    }

    private void Opened_again_it_is_measured_and_shown_alike(TrainingJobResult result)
    {
        string folder = Path.Combine(_folder.Path, "run");
        TrainedRun opened = TrainedRun.Open(folder);
        Assert.True(opened.IsPhantom);
        for (int i = 0; i < result.Models.Count; i++)
        {
            Assert.Equal(result.Models[i].Evaluation.ToJson(), opened.Models[i].Result.ToJson());
            Assert.Equal(result.Models[i].Training.History, opened.Models[i].History);
        }

        Assert.Equal(File.ReadAllText(Path.Combine(folder, "report.html")), HtmlReport.Render(opened.Report()));
        Assert.NotEmpty(opened.Report().Samples);
    }

    [Fact]
    public void A_second_run_decodes_nothing_and_equal_seeds_give_equal_weights()
    {
        TrainingJob.Run(Options("first") with { Losses = [LossKind.Weighted] }, new Listener());
        Listener listener = new();

        TrainingJobResult second = TrainingJob.Run(Options("second") with { Losses = [LossKind.Weighted] }, listener);

        Assert.Equal(0, second.Preparation.Decoded);
        Assert.Contains("nothing was decoded", listener.Text);
        using RecordStore store = RecordStore.Open(second.Preparation.Folder, second.Options.Layout);
        StoredSplit split = Assert.Single(store.Splits);
        Assert.Equal((second.Options.Split.Name, second.Data.Statistics.Mean, second.Data.Sets[SplitSet.Train].Count),
            (split.Name, split.Mean, split.Train));
        Assert.Equal(Weights("first"), Weights("second"));
    }

    [Fact]
    public void The_improved_recipe_plans_and_trains_on_its_own_samples_and_measures_at_thresholds_of_the_validation_set()
    {
        Listener listener = new();
        TrainingJobOptions options = Options("improved") with
        {
            Losses = [LossKind.Weighted],
            Recipe = Recipe.Improved,
            ExactAugmentation = true,
        };

        TrainingJobResult result = TrainingJob.Run(options with { Training = options.Training with { LabelSmoothing = 0.1, FocalExponent = 1 } }, listener);

        int samples = SampleTable.Of(Recipe.Improved, result.Data.Sets[SplitSet.Train]).Count;
        Assert.NotEqual(samples, SampleTable.Of(Recipe.Guide, result.Data.Sets[SplitSet.Train]).Count);
        Assert.Equal(samples, result.SamplesPerEpoch);
        Assert.Contains($"{samples:N0} samples an epoch", listener.Text);
        Assert.Contains("stage: weighted, validation set", listener.Text);
        EvaluationResult measured = Assert.Single(result.Models).Evaluation;
        Assert.Equal("validation", measured.ThresholdSource);
        Assert.Contains(measured.PerDisease.Values, finding => finding.Threshold != 0.5);
    }

    [Fact]
    public void A_job_that_owns_more_than_its_budget_is_ended_in_any_stage_and_what_it_decoded_stays()
    {
        TrainingJobOptions options = Options("run") with { Losses = [LossKind.Weighted] };
        JobException error = Assert.Throws<JobException>(
            () => TrainingJob.RunUnchecked(options with { RamBudget = 1 << 20 }, new Listener(), CancellationToken.None));
        Assert.Contains("--ram-budget 1 MiB", error.Message);
        Assert.Single(TrainingJob.Run(options, new Listener()).Models);
    }

    [Fact]
    public void A_run_is_never_overwritten()
    {
        _folder.Write("run/notes.txt", "mine");
        JobException error = Assert.Throws<JobException>(() => TrainingJob.Run(Options("run"), new Listener()));
        Assert.Contains("--out", error.Message);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_folder.Path, "run/notes.txt")));
    }

    [Fact]
    public void Broken_missing_extra_and_doubled_images_are_named_and_the_rest_is_trained_on()
    {
        string[] images = [.. Directory.GetFiles(Data, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        File.WriteAllText(images[3], "text");
        File.WriteAllBytes(images[5], File.ReadAllBytes(images[5])[..500]);
        File.Delete(images[7]);
        File.Copy(images[9], Path.Combine(Data, "stranger.png"));
        File.Copy(images[11], Path.Combine(Data, Path.GetFileName(images[11])));
        Listener listener = new();

        TrainingJobResult result = TrainingJob.Run(
            Options("run") with { Losses = [LossKind.Plain], Prepare = new() { MaxBadShare = 0.1 } }, listener);

        foreach (string name in new[] { images[3], images[5], images[7], "stranger.png", images[11] }.Select(path => Path.GetFileName(path)!))
            Assert.Contains(name, listener.Text);
        string[] leftOut = File.ReadAllLines(Path.Combine(_folder.Path, "run", "left-out.tsv"));
        Assert.Equal(
            ["duplicate-image", "no-image", "no-label-row", "not-an-image", "truncated"],
            leftOut.Skip(1).Select(line => line.Split('\t')[0]).Order());
        Assert.Equal(117, result.Data.Sets.Values.Sum(set => set.Count));
        Assert.Contains("--max-bad", Assert.Throws<DataSetException>(() => TrainingJob.Run(Options("other"), new Listener()))
            .Message);
    }

    [Fact]
    public void A_finding_without_a_training_image_is_named_and_every_loss_stays_finite()
    {
        string labels = Path.Combine(Data, "Data_Entry_2017.csv");
        File.WriteAllText(labels, File.ReadAllText(labels).Replace("|Hernia", "").Replace("Hernia|", "")
            .Replace(",Hernia,", ",No Finding,"));
        Listener listener = new();

        TrainingJobResult result = TrainingJob.Run(Options("run") with { Losses = [LossKind.Weighted] }, listener);

        Assert.Contains("Hernia has no positive image in the train set: the weight of the missing sign is 0", listener.Text);
        Assert.Equal(0, result.Data.Weights.Positive[Findings.IndexOf("Hernia")]);
        Assert.All(result.Models[0].Training.History, epoch => Assert.True(double.IsFinite(epoch.Train.Loss)));
        Assert.Null(result.Models[0].Evaluation.PerDisease["Hernia"].RocAuc);
        Assert.True(result.Models[0].Evaluation.MeanRocAucFindings < Findings.Count);
    }

    [Fact]
    public void A_cancelled_run_keeps_its_weights_and_says_how_to_go_on()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        StoreBuilder.Prepare(DataSetIndex.Read(Data), Path.Combine(_folder.Path, "cache"), new(106));
        Listener listener = new();

        TrainingJobResult result = TrainingJob.Run(Options("run"), listener, stop.Token);

        Assert.True(result.Cancelled);
        Assert.Contains("--resume", listener.Text);
        Assert.True(File.Exists(Path.Combine(_folder.Path, "run", "weighted", "weights.safetensors")));
    }

    private byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(_folder.Path, run, "weighted", "weights.safetensors"));

    private TrainingJobOptions Options(string run) => new()
    {
        DataFolder = Data,
        RunFolder = Path.Combine(_folder.Path, run),
        CacheFolder = Path.Combine(_folder.Path, "cache"),
        Layout = new(106),
        Training = new() { Epochs = 2, Device = "cpu", Seed = 1 },
    };
}
