using System.Text.Json;
using ChestXray.Model.Networks;
using ChestXray.Model.Tests.Networks;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Training;

public class BinaryCrossEntropyTests
{
    public static TheoryData<string, LossKind> Cases
    {
        get
        {
            TheoryData<string, LossKind> cases = [];
            foreach (string name in new[] { "usual", "saturated", "extreme", "one" })
            {
                cases.Add(name, LossKind.Weighted);
                cases.Add(name, LossKind.Plain);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Value_and_gradient_equal_Keras(string name, LossKind kind)
    {
        SafetensorsFile golden = SafetensorsFile.Read(SharedData.Require("golden/tensorflow/loss.safetensors"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/tensorflow/loss.json")));
        string loss = kind == LossKind.Weighted ? "weighted" : "plain";
        JsonElement expected = json.RootElement.GetProperty("cases").EnumerateArray()
            .Single(entry => entry.GetProperty("case").GetString() == name && entry.GetProperty("loss").GetString() == loss);
        BinaryCrossEntropy entropy = new(kind, GoldenWeights.Read(json.RootElement.GetProperty("weights")));
        float[] logits = Golden.Floats(golden[$"{name}.logits"]), labels = Golden.Floats(golden[$"{name}.labels"]);

        float[] gradient = new float[logits.Length];
        double value = entropy.Evaluate(logits, labels, gradient, Span<float>.Empty);
        Assert.InRange(Math.Abs(value / expected.GetProperty("value").GetDouble() - 1), 0, 1e-6);
        Assert.InRange(Distance(gradient, golden[$"{name}.{loss}.gradient"]), 0, 1e-7);

        double[] exact = new double[logits.Length];
        double[] wide = [.. logits.Select(logit => (double)logit)];
        value = entropy.Evaluate(wide, labels, exact, Span<float>.Empty);
        Assert.InRange(Math.Abs(value / expected.GetProperty("value_float64").GetDouble() - 1), 0, 1e-12);
        Assert.InRange(Golden.Distance(exact, Golden.Values(golden[$"{name}.{loss}.gradient_float64"])), 0, 1e-12);
    }

    [Theory]
    [InlineData(LossKind.Weighted)]
    [InlineData(LossKind.Plain)]
    public void The_gradient_is_the_slope_of_the_value(LossKind kind)
    {
        Random random = new(5);
        double[] logits = [.. Enumerable.Range(0, 28).Select(_ => 6 * random.NextDouble() - 3)], gradient = new double[28];
        float[] labels = [.. Enumerable.Range(0, 28).Select(_ => random.NextSingle())], probabilities = new float[28];
        ClassWeights weights =
            new([.. Enumerable.Range(1, 14).Select(i => 0.1 * i)], [.. Enumerable.Range(1, 14).Select(i => 3.0 / i)]);
        BinaryCrossEntropy entropy = new(kind, weights);
        entropy.Evaluate(logits, labels, gradient, probabilities);

        for (int i = 0; i < logits.Length; i++)
        {
            Assert.Equal(1 / (1 + Math.Exp(-logits[i])), probabilities[i], 6);
            Assert.Equal((At(i, 1e-6) - At(i, -1e-6)) / 2e-6, gradient[i], 7);
        }

        double At(int index, double step)
        {
            double[] moved = [.. logits];
            moved[index] += step;
            return entropy.Evaluate(moved, labels, Span<double>.Empty, Span<float>.Empty);
        }
    }

    [Fact]
    public void Logits_without_end_give_a_finite_gradient_and_NaN_stays_NaN()
    {
        BinaryCrossEntropy entropy = new(LossKind.Plain, null);
        float[] logits = new float[14], gradient = new float[14];
        logits[0] = 1e30f;
        logits[1] = -1e30f;
        Assert.True(double.IsFinite(entropy.Evaluate(logits, new float[14], gradient, Span<float>.Empty)));
        Assert.All(gradient, value => Assert.True(float.IsFinite(value)));
        logits[2] = float.NaN;
        Assert.True(double.IsNaN(entropy.Evaluate(logits, new float[14], gradient, Span<float>.Empty)));
    }

    [Fact]
    public void A_finding_of_weight_zero_adds_nothing()
    {
        double[] ones = [.. Enumerable.Repeat(1.0, 14)], without = [.. ones];
        without[7] = 0;
        float[] logits = new float[14], labels = new float[14], gradient = new float[14];
        labels[7] = 1;
        double value = new BinaryCrossEntropy(LossKind.Weighted, new ClassWeights(ones, without))
            .Evaluate(logits, labels, gradient, Span<float>.Empty);
        Assert.Equal(13 * Math.Log(2), value, 12);
        Assert.Equal(0, gradient[7]);
    }

    [Fact]
    public void Wrong_weights_and_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new BinaryCrossEntropy(LossKind.Weighted, null));
        Assert.Throws<ArgumentException>(() => new ClassWeights(new double[13], new double[14]));
        Assert.Throws<ArgumentException>(() => new ClassWeights([.. Enumerable.Repeat(double.NaN, 14)], new double[14]));
        BinaryCrossEntropy entropy = new(LossKind.Plain, null);
        Assert.Throws<ArgumentException>(
            () => entropy.Evaluate(new float[14], new float[28], Span<float>.Empty, Span<float>.Empty));
        Assert.Throws<ArgumentException>(() => entropy.Evaluate(Span<float>.Empty, [], Span<float>.Empty, Span<float>.Empty));
    }

    private static double Distance(float[] actual, SafetensorsEntry expected) =>
        Golden.Distance([.. actual.Select(value => (double)value)], Golden.Values(expected));

    [Theory]
    [InlineData(LossKind.Weighted, 0, 2)]
    [InlineData(LossKind.Weighted, 0.1, 0)]
    [InlineData(LossKind.Plain, 0.2, 1.5)]
    public void With_smoothing_and_focal_factor_the_gradient_is_the_slope_of_the_value(
        LossKind kind, double smoothing, double focal)
    {
        ClassWeights weights =
            new([.. Enumerable.Range(1, 14).Select(i => 0.1 * i)], [.. Enumerable.Range(1, 14).Select(i => 3.0 / i)]);
        BinaryCrossEntropy entropy = new(kind, weights, smoothing, focal);
        Random random = new(3);
        double[] logits = [.. Enumerable.Range(0, 28).Select(_ => (random.NextDouble() * 8) - 4)], gradient = new double[28];
        float[] labels = [.. Enumerable.Range(0, 28).Select(i => i % 3 == 0 ? 1f : 0f)], none = [];
        entropy.Evaluate<double>(logits, labels, gradient, none);
        for (int i = 0; i < logits.Length; i++)
        {
            double Value(double shift) =>
                entropy.Evaluate<double>([.. logits.Select((z, k) => k == i ? z + shift : z)], labels, default, none);
            Assert.Equal((Value(1e-5) - Value(-1e-5)) / 2e-5, gradient[i], 1e-7);
        }
    }

    [Fact]
    public void A_focal_factor_is_one_minus_the_right_sign_s_probability_to_its_exponent()
    {
        float[] labels = [1, .. new float[13]];
        double[] logits = [0.3, .. Enumerable.Repeat(-40.0, 13)];
        double p = 1 / (1 + Math.Exp(-0.3));
        Assert.Equal(-(1 - p) * (1 - p) * Math.Log(p) / 14,
            new BinaryCrossEntropy(LossKind.Plain, null, 0, 2).Evaluate<double>(logits, labels, default, default), 1e-14);
        double smooth = -((0.9 * Math.Log(p)) + (0.1 * Math.Log(1 - p)));
        Assert.Equal(smooth, new BinaryCrossEntropy(LossKind.Plain, null, 0.2)
            .Evaluate<double>(logits, labels, default, default) * 14 - (13 * 0.1 * 40), 1e-9);
    }
}
