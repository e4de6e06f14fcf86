using System.Text.Json;
using ChestXray.Model.Training;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Training;

/// <summary>
/// Early stopping, the checkpoint rule and the learning rate against Keras' own (golden/tensorflow/callbacks.json).
/// </summary>
public class CallbackTests
{
    [Fact]
    public void Learning_rates_equal_Keras_to_the_last_bit()
    {
        using JsonDocument json = Open();
        double[] expected = [.. json.RootElement.GetProperty("learning_rates").EnumerateArray().Select(rate => rate.GetDouble())];
        Assert.Equal(expected, Enumerable.Range(0, 20).Select(new LearningRateSchedule(1e-3, 0.95).At));
    }

    [Fact]
    public void Every_loss_sequence_ends_as_under_Keras()
    {
        using JsonDocument json = Open();
        foreach (JsonElement sequence in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            double[] losses =
            [
                .. sequence.GetProperty("val_loss").EnumerateArray()
                    .Select(loss => loss.ValueKind == JsonValueKind.Null ? double.NaN : loss.GetDouble()),
            ];
            (int epochs, bool stopped, int weights, int[] written) = Play(losses, 5);

            Assert.Equal(sequence.GetProperty("epochs_run").GetInt32(), epochs);
            Assert.Equal(sequence.GetProperty("stopped_early").GetBoolean(), stopped);
            Assert.Equal(sequence.GetProperty("weights_at_the_end_are_of_epoch").GetInt32(), weights);
            Assert.Equal(sequence.GetProperty("checkpoint_written_at_epochs").EnumerateArray().Select(epoch => epoch.GetInt32()),
                written);
        }
    }

    [Theory]
    [InlineData(new[] { 3.0, 2, 4, 5, 1 }, 2, 4, true, 1)]
    [InlineData(new[] { 3.0, 3, 3 }, 1, 2, true, 0)]
    [InlineData(new[] { 1.0, 2, 3, 4 }, 0, 4, false, 0)]
    [InlineData(new[] { double.NaN, double.NaN, double.NaN }, 2, 2, true, 0)]
    public void Early_stopping_waits_for_its_patience(double[] losses, int patience, int epochs, bool stopped, int best)
    {
        (int run, bool early, int weights, int[] _) = Play(losses, patience);
        Assert.Equal((epochs, stopped, best), (run, early, weights));
    }

    private static (int Epochs, bool Stopped, int Best, int[] Written) Play(double[] losses, int patience)
    {
        EarlyStopping stopping = new(patience);
        CheckpointRule rule = new();
        List<int> written = [];
        for (int epoch = 0; epoch < losses.Length; epoch++)
        {
            if (rule.IsDue(losses[epoch]))
                written.Add(epoch);
            (bool keep, bool stop) = stopping.Observe(epoch, losses[epoch]);
            Assert.Equal(stopping.BestEpoch == epoch, keep);
            if (stop)
                return (epoch + 1, true, stopping.BestEpoch, [.. written]);
        }

        return (losses.Length, false, stopping.BestEpoch, [.. written]);
    }

    private static JsonDocument Open() =>
        JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/tensorflow/callbacks.json")));
}
