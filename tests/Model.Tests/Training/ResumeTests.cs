using System.Security.Cryptography;
using System.Text.Json;
using ChestXray.Pipeline;

namespace ChestXray.Model.Tests.Training;

public sealed class ResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chestxray-resume-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_run_that_is_killed_again_and_again_ends_with_the_same_bytes(int patience)
    {
        TrainingOptions options = Options(patience);
        TrainingResult whole = Run("whole", options, new Listener());

        Random random = new(11 + patience);
        int kills = 0;
        TrainingResult? result = null;
        while (result is null)
        {
            try
            {
                Listener listener = new() { ThrowsAfter = kills < 5 ? random.Next(1, 5) : int.MaxValue };
                result = Run("killed", options with { Resume = true, LoaderThreads = 1 + kills % 3 }, listener);
            }
            catch (KilledException)
            {
                kills++;
            }
        }

        Assert.Equal(5, kills);
        Assert.Equal(Hash(whole.WeightsPath), Hash(result.WeightsPath));
        Assert.Equal(whole.History.Select(Figures), result.History.Select(Figures));
        Assert.Equal((whole.BestEpoch, whole.WeightsEpoch, whole.StoppedEarly),
            (result.BestEpoch, result.WeightsEpoch, result.StoppedEarly));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DenseNet_resumes_to_the_same_bytes_with_all_layers_learning_and_with_some_frozen_and_slowed(bool isPartly)
    {
        TrainingOptions options = Options(0) with
        {
            Network = new() { Name = "densenet121", Channels = 3, Scale = PixelScale.ImageNet },
            Epochs = 2,
            Rates = isPartly ? [new("features.denseblock4", 0.5), new("features.conv0", 0), new("features.denseblock1", 0)] : [],
        };
        PatchSource train = new(21, 40), validation = new(9, 40, seed: 1);
        string whole = Hash(Trainer.Run(train, validation, options, Path.Combine(_folder, "whole"), new Listener()).WeightsPath);
        string killed = Path.Combine(_folder, "killed");
        Assert.Throws<KilledException>(() => Trainer.Run(train, validation, options, killed, new Listener { ThrowsAfter = 4 }));
        InvalidDataException other = Assert.Throws<InvalidDataException>(() => Trainer.Run(
            train, validation, options with { Resume = true, Rates = [new("classifier", 0.1)] }, killed, new Listener()));
        Assert.Contains("rates", other.Message, StringComparison.Ordinal);
        Assert.Equal(whole, Hash(Trainer.Run(train, validation, options with { Resume = true }, killed, new Listener()).WeightsPath));
    }

    [Fact]
    public void Without_a_checkpoint_in_between_a_killed_run_repeats_its_epoch()
    {
        TrainingOptions options = Options(0) with { CheckpointEvery = TimeSpan.FromDays(1) };
        string whole = Hash(Run("whole", options, new Listener()).WeightsPath);
        Assert.Throws<KilledException>(() => Run("killed", options, new Listener { ThrowsAfter = 6 }));
        Listener second = new();
        Assert.Equal(whole, Hash(Run("killed", options with { Resume = true }, second).WeightsPath));
        Assert.Contains(second.Notes, note => note.Contains("after 1 epochs and 0 samples", StringComparison.Ordinal));
    }

    [Fact]
    public void Cancelling_keeps_the_best_weights_and_the_rest_follows_on_resuming()
    {
        TrainingOptions options = Options(1);
        string whole = Hash(Run("whole", options, new Listener()).WeightsPath);
        foreach (int step in new[] { 1, 3, 5, 8 })
        {
            string folder = $"cancelled {step}";
            using CancellationTokenSource source = new();
            TrainingResult cut = RunUntil(source.Token, folder, options, new Listener { CancelsAfter = step, Source = source });
            Assert.True(cut.Cancelled);
            Assert.True(File.Exists(cut.WeightsPath));
            Assert.Equal(whole, Hash(Run(folder, options with { Resume = true }, new Listener()).WeightsPath));
        }
    }

    [Fact]
    public void A_damaged_checkpoint_is_passed_over_for_the_one_before_it()
    {
        TrainingOptions options = Options(0);
        string whole = Hash(Run("whole", options, new Listener()).WeightsPath);
        Assert.Throws<KilledException>(() => Run("killed", options, new Listener { ThrowsAfter = 4 }));
        string newest = Checkpoints("killed")[^1];
        byte[] bytes = File.ReadAllBytes(newest);
        bytes[^100] ^= 1;
        File.WriteAllBytes(newest, bytes);
        string half = newest + ".1.tmp";
        File.WriteAllBytes(half, bytes[..1000]);

        Listener second = new();
        Assert.Equal(whole, Hash(Run("killed", options with { Resume = true }, second).WeightsPath));
        Assert.Contains(second.Notes, note => note.Contains(newest, StringComparison.Ordinal)
            && note.Contains("damaged", StringComparison.Ordinal));
        Assert.False(File.Exists(half));
    }

    [Fact]
    public void Where_no_checkpoint_is_whole_resuming_is_an_error()
    {
        Run("run", Options(0), new Listener());
        foreach (string path in Checkpoints("run"))
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
        Assert.Throws<InvalidDataException>(() => Run("run", Options(0) with { Resume = true }, new Listener()));
    }

    [Fact]
    public void Another_seed_store_or_recipe_is_refused_by_name()
    {
        TrainingOptions options = Options(0) with { Epochs = 1, Identity = new Dictionary<string, string> { ["store"] = "abc" } };
        Run("run", options, new Listener());
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Run(
            "run",
            options with
            {
                Resume = true,
                Seed = 9,
                BatchSize = 4,
                Identity = new Dictionary<string,
                string>
                { ["store"] = "abd" },
            },
            new Listener()));
        Assert.Contains("seed was 5 and is 9", error.Message, StringComparison.Ordinal);
        Assert.Contains("batch size was 8 and is 4", error.Message, StringComparison.Ordinal);
        Assert.Contains("data: store was abc and is abd", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_never_overwritten()
    {
        TrainingOptions options = Options(0) with { Epochs = 1 };
        string path = Run("run", options, new Listener()).WeightsPath, before = Hash(path);
        Assert.Throws<IOException>(() => Run("run", options with { Seed = 6 }, new Listener()));
        Assert.Equal(before, Hash(path));
    }

    [Fact]
    public void A_finished_run_can_be_prolonged()
    {
        TrainingOptions options = Options(0);
        string whole = Hash(Run("whole", options, new Listener()).WeightsPath);
        Run("short", options with { Epochs = 2 }, new Listener());
        Assert.Equal(whole, Hash(Run("short", options with { Resume = true }, new Listener()).WeightsPath));
    }

    [Fact]
    public void The_log_has_a_line_for_every_step_and_epoch()
    {
        TrainingResult result = Run("run", Options(0), new Listener());
        JsonElement[] lines = [.. File.ReadLines(Path.Combine(_folder, "run", Trainer.LogFile))
            .Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(9, lines.Count(line => line.GetProperty("kind").GetString() == "step"));
        JsonElement[] epochs = [.. lines.Where(line => line.GetProperty("kind").GetString() == "epoch")];
        Assert.Equal(result.History.Select(epoch => epoch.Validation.Loss),
            epochs.Select(line => line.GetProperty("val_loss").GetDouble()));
        Assert.All(lines.Take(3), line => Assert.True(line.GetProperty("gradient_norm").GetDouble() > 0));
    }

    // Three steps an epoch (8, 8 and 5 samples), three epochs, a checkpoint after every step.
    private static TrainingOptions Options(int patience) => new()
    {
        Weights = ClassWeights.Ones,
        Epochs = 3,
        BatchSize = 8,
        Patience = patience,
        Seed = 5,
        LearningRate = 3e-3,
        CheckpointEvery = TimeSpan.Zero,
    };

    private TrainingResult Run(string folder, TrainingOptions options, Listener listener) =>
        RunUntil(TestContext.Current.CancellationToken, folder, options, listener);

    private TrainingResult RunUntil(CancellationToken cancellation, string folder, TrainingOptions options, Listener listener) =>
        Trainer.Run(new PatchSource(21), new PatchSource(9, seed: 1), options, Path.Combine(_folder, folder), listener,
            cancellation);

    private string[] Checkpoints(string folder) =>
        [.. Directory.GetFiles(Path.Combine(_folder, folder), "checkpoint-*").Order(StringComparer.Ordinal)];

    private static (int, double, SetMetrics, SetMetrics) Figures(EpochMetrics epoch) =>
        (epoch.Epoch, epoch.LearningRate, epoch.Train, epoch.Validation);

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    private sealed class KilledException : Exception;

    /// <summary>Ends a run in the middle, as a kill would: nothing of the run gets to clean up after itself.</summary>
    private sealed class Listener : ITrainingProgress
    {
        private int _steps;

        public int ThrowsAfter { get; init; } = int.MaxValue;

        public int CancelsAfter { get; init; } = int.MaxValue;

        public CancellationTokenSource? Source { get; init; }

        public List<string> Notes { get; } = [];

        public void OnStep(in StepReport step)
        {
            _steps++;
            if (_steps >= ThrowsAfter)
                throw new KilledException();
            if (_steps >= CancelsAfter)
                Source!.Cancel();
        }

        public void OnEpoch(EpochMetrics epoch)
        {
        }

        public void OnNote(string text) => Notes.Add(text);
    }
}
