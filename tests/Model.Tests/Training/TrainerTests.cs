using ChestXray.Model.Feeding;
using ChestXray.Model.Networks;
using ChestXray.Pipeline;

namespace ChestXray.Model.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chestxray-trainer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Training_lowers_the_loss_and_leaves_the_weights()
    {
        TrainingOptions options = new() { Weights = ClassWeights.Ones, Epochs = 4, BatchSize = 8, Patience = 0, Seed = 3 };
        TrainingResult result = Train(new PatchSource(40), new PatchSource(16, seed: 1), options);

        Assert.Equal(4, result.History.Count);
        Assert.True(result.History[3].Train.Loss < 0.9 * result.History[0].Train.Loss);
        Assert.Equal(3, result.WeightsEpoch);
        Assert.False(result.StoppedEarly || result.Cancelled);
        Assert.Equal([1e-3, 0.95e-3], [result.History[0].LearningRate, result.History[1].LearningRate]);
        Assert.True(File.Exists(Path.Combine(_folder, Trainer.BestFile)));
        Assert.Equal(18 + 8, SafetensorsFile.Read(result.WeightsPath).Names.Count);
    }

    [Fact]
    public void The_curves_lie_in_a_TensorBoard_event_file_with_a_point_for_each_epoch()
    {
        TrainingOptions options = new() { Weights = ClassWeights.Ones, Epochs = 3, BatchSize = 8, Patience = 0 };
        Train(new PatchSource(40), new PatchSource(16, seed: 1), options);

        string file = Assert.Single(Directory.GetFiles(Path.Combine(_folder, Trainer.EventFolder), "*tfevents*"));
        byte[] bytes = File.ReadAllBytes(file);
        int validation = 0, steps = 0;
        // A record: length (8 bytes), its checksum (4), so many bytes, their checksum (4).
        for (int at = 0; at < bytes.Length;)
        {
            int length = checked((int)BitConverter.ToInt64(bytes, at));
            ReadOnlySpan<byte> record = bytes.AsSpan(at + 12, length);
            validation += record.IndexOf("loss/validation"u8) >= 0 ? 1 : 0;
            steps += record.IndexOf("step/loss"u8) >= 0 ? 1 : 0;
            at += 12 + length + 4;
            Assert.InRange(at, 0, bytes.Length);
        }

        Assert.Equal((3, 1), (validation, steps));
    }

    [Fact]
    public void Predictions_of_the_weights_have_the_validation_loss_of_their_epoch()
    {
        PatchSource validation = new(19, seed: 1);
        TrainingOptions options = new() { Loss = LossKind.Plain, Epochs = 2, BatchSize = 8, Patience = 0 };
        TrainingResult result = Train(new PatchSource(16), validation, options);

        using Predictor predictor = new(result.WeightsPath, batchSize: 5);
        float[] probabilities = predictor.Predict(validation, null, TestContext.Current.CancellationToken);
        float[] labels = new float[19 * 14];
        validation.Read(0, 0, 19, new float[19 * 106 * 106], labels);
        double loss = probabilities.Zip(labels, (p, y) => -(y * Math.Log(p) + (1 - y) * Math.Log(1 - p))).Average();
        Assert.Equal(result.History[1].Validation.Loss, loss, 4);
    }

    [Fact]
    public void Both_losses_start_from_the_same_values_and_another_seed_from_others()
    {
        using GuideNetwork a = new(1), b = new(1), c = new(2);
        Assert.Equal(a.Export().Select(Bytes), b.Export().Select(Bytes));
        Assert.NotEqual(Bytes(a.Export()[0]), Bytes(c.Export()[0]));

        static string Bytes(SafetensorsEntry entry) => Convert.ToHexString(entry.Data.Span);
    }

    [Fact]
    public void A_batch_that_is_not_finite_stops_the_run_names_its_samples_and_keeps_what_was_good()
    {
        TrainingOptions options = new() { Loss = LossKind.Plain, Epochs = 3, BatchSize = 8 };
        PatchSource broken = new(24) { Broken = 13 };

        NonFiniteLossException error = Assert.Throws<NonFiniteLossException>(
            () => Train(broken, new PatchSource(8, seed: 1), options));
        Assert.Equal((0, 8, 8), (error.Epoch, error.First, error.Count));
        Assert.Contains("samples 8 to 15", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_the_source_arrives_as_it_is()
    {
        TrainingOptions options = new() { Loss = LossKind.Plain, Epochs = 1, BatchSize = 8, LoaderThreads = 3 };
        Assert.Throws<InvalidDataException>(
            () => Train(new PatchSource(64) { Throwing = 20 }, new PatchSource(8), options));
    }

    [Theory]
    [InlineData("cuda:99")]
    [InlineData("tpu")]
    [InlineData("cuda:x")]
    public void A_device_that_is_not_there_is_an_error_and_no_silent_run_on_the_CPU(string device)
    {
        TrainingOptions options = new() { Loss = LossKind.Plain, Device = device };
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Train(new PatchSource(8), new PatchSource(8), options));
        Assert.Contains(device, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused_with_the_value_found()
    {
        foreach (TrainingOptions options in new TrainingOptions[]
        {
            new() { Loss = LossKind.Weighted }, new() { Loss = LossKind.Plain, Epochs = 0 }, new() { Loss = LossKind.Plain, BatchSize = -1 },
            new() { Loss = LossKind.Plain, Patience = -1 }, new() { Loss = LossKind.Plain, LearningRate = double.NaN },
        })
        {
            Assert.Throws<ArgumentException>(() => Train(new PatchSource(8), new PatchSource(8), options));
        }

        TrainingOptions plain = new() { Loss = LossKind.Plain };
        Assert.Throws<ArgumentException>(() => Train(new PatchSource(8, 105), new PatchSource(8, 105), plain));
        Assert.Throws<ArgumentException>(() => Train(new PatchSource(8), new PatchSource(8, 120), plain));
        Assert.Throws<ArgumentException>(() => Train(new PatchSource(0), new PatchSource(8), plain));
    }

    private TrainingResult Train(IBatchSource train, IBatchSource validation, TrainingOptions options) =>
        Trainer.Run(train, validation, options, _folder, null, TestContext.Current.CancellationToken);
}
