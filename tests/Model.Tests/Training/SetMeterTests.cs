using System.Text.Json;
using ChestXray.Model.Networks;
using ChestXray.Model.Tests.Networks;
using ChestXray.Model.Training;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Training;

public class SetMeterTests
{
    private static readonly int[] _rows = [32, 32, 32, 32, 7];

    [Fact]
    public void Metrics_after_each_batch_equal_Keras()
    {
        SafetensorsFile golden = SafetensorsFile.Read(SharedData.Require("golden/tensorflow/metrics.safetensors"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/tensorflow/metrics.json")));
        float[] probabilities = Golden.Floats(golden["probabilities"]), labels = Golden.Floats(golden["labels"]);
        SetMeter meter = new();
        int row = 0;
        for (int batch = 0; batch < _rows.Length; batch++)
        {
            Range range = (row * 14)..((row + _rows[batch]) * 14);
            meter.Add(batch, probabilities[range], labels[range]);
            row += _rows[batch];
            JsonElement expected = json.RootElement.GetProperty("after_each_batch")[batch];
            SetMetrics metrics = meter.Read();
            Assert.Equal(expected.GetProperty("binary_accuracy").GetDouble(), metrics.BinaryAccuracy, 1e-6);
            Assert.Equal(expected.GetProperty("auc").GetDouble(), metrics.Auc, 1e-6);
            Assert.Equal(expected.GetProperty("recall").GetDouble(), metrics.Recall, 1e-6);
            Assert.Equal(expected.GetProperty("precision").GetDouble(), metrics.Precision, 1e-6);
        }

        JsonElement each = json.RootElement.GetProperty("auc_of_each_finding_at_the_end");
        for (int finding = 0; finding < 14; finding++)
            Assert.Equal(each[finding].GetDouble(), meter.AucOf(finding), 1e-6);
        Assert.Equal((32 * (0 + 1 + 2 + 3) + 7 * 4) / 135.0, meter.Loss, 12);
    }

    [Fact]
    public void A_state_that_was_saved_goes_on_as_if_nothing_had_happened()
    {
        SetMeter whole = new(), first = new(), second = new();
        Random random = new(1);
        for (int batch = 0; batch < 6; batch++)
        {
            float[] p = [.. Enumerable.Range(0, 70).Select(_ => random.NextSingle())],
                y = [.. p.Select(x => x + random.NextSingle() > 1 ? 1f : 0f)];
            whole.Add(0.1 * batch, p, y);
            if (batch == 3)
            {
                (double lossSum, long[] counts) = first.Save();
                Assert.Equal(SetMeter.CountsLength, counts.Length);
                second.Restore(lossSum, counts);
            }

            (batch < 3 ? first : second).Add(0.1 * batch, p, y);
        }

        Assert.Equal(whole.Read(), second.Read());
        Assert.True(whole.Read().Auc > 0.6);
    }

    [Fact]
    public void Nothing_counted_is_zeros_and_one_half_is_not_predicted_positive()
    {
        SetMeter meter = new();
        Assert.Equal(new SetMetrics(0, 0, 0, 0, 0), meter.Read());
        float[] halves = [.. Enumerable.Repeat(0.5f, 14)], ones = [.. Enumerable.Repeat(1f, 14)];
        meter.Add(2, halves, ones);
        Assert.Equal(new SetMetrics(2, 0, 0, 0, 0), meter.Read());
        meter.Reset();
        Assert.Equal(0, meter.Samples);
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        SetMeter meter = new();
        float[] values = new float[32 * 14];
        meter.Add(1, values, values);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            meter.Add(1, values, values);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
