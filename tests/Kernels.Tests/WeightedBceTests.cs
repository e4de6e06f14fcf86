using System.Text.Json;
using ChestXray.Tests;

namespace ChestXray.Kernels.Tests;

public class WeightedBceTests
{
    [Theory]
    [InlineData("usual")]
    [InlineData("saturated")]
    [InlineData("extreme")]
    [InlineData("one")]
    public void Loss_and_gradient_agree_with_TensorFlow(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(SharedData.Require("golden/tensorflow/loss.json")));
        Safetensors tensors = new(SharedData.Require("golden/tensorflow/loss.safetensors"));
        foreach (string kind in new[] { "weighted", "plain" })
        {
            JsonElement golden = document.RootElement.GetProperty("cases").EnumerateArray()
                .Single(c => c.GetProperty("case").GetString() == name && c.GetProperty("loss").GetString() == kind);
            WeightedBceOptions options = kind == "plain"
                ? new() { Classes = 14, Reduction = LossReduction.Mean }
                : new() { Classes = 14, PositiveWeights = Weights("positive"), NegativeWeights = Weights("negative") };
            WeightedBce loss = new(options);
            float[] logits = tensors.Read<float>($"{name}.logits"), labels = tensors.Read<float>($"{name}.labels");
            double[] expected = tensors.Read<double>($"{name}.{kind}.gradient_float64"), reference = new double[logits.Length];
            float[] found = new float[logits.Length];
            double value = golden.GetProperty("value_float64").GetDouble();

            Near(value, loss.Reference(logits, labels, reference), 1e-12);
            Near(value, loss.Run(logits, labels, found), 1e-6);
            Agree(expected, reference, 1e-12);
            Agree(expected, [.. found.Select(v => (double)v)], 1e-6);

            using KernelDevice device = KernelDevice.Simulator();
            using DeviceBuffer z = Upload(device, logits), y = Upload(device, labels), slope = Upload(device, found),
                sum = new(device, sizeof(float));
            using GpuWeightedBce gpu = new(device, options);
            gpu.Run(z.Address, y.Address, slope.Address, logits.Length / 14, sum.Address);
            float[] total = new float[1];
            slope.CopyTo<float>(found);
            sum.CopyTo<float>(total);
            Near(value, total[0], 1e-6);
            Agree(expected, [.. found.Select(v => (double)v)], 1e-6);
        }

        static DeviceBuffer Upload(KernelDevice device, float[] values)
        {
            DeviceBuffer buffer = new(device, values.Length * sizeof(float));
            buffer.CopyFrom<float>(values);
            return buffer;
        }

        ReadOnlyMemory<double> Weights(string sign) =>
            document.RootElement.GetProperty("weights").GetProperty(sign).EnumerateArray().Select(e => e.GetDouble()).ToArray();
    }

    [Theory]
    [InlineData(0, 0, 14, LossReduction.SumOverClasses)]
    [InlineData(2, 0, 14, LossReduction.SumOverClasses)]
    [InlineData(0, 0.1, 3, LossReduction.Mean)]
    [InlineData(1.5, 0.2, 1, LossReduction.Mean)]
    [InlineData(0.5, 0, 5, LossReduction.Mean)]
    public void The_vectors_agree_with_the_reference(double focal, double smoothing, int classes, LossReduction reduction)
    {
        Random random = new(4);
        WeightedBce loss = new(Options(random, focal, smoothing, classes, reduction));
        for (int batch = 0; batch < 40; batch++)
        {
            float[] logits = [.. Enumerable.Range(0, batch * classes).Select(_ => Logit(random))];
            float[] labels = [.. logits.Select(_ => random.Next(3) switch { 0 => random.NextSingle(), int v => v - 1 })], found = new float[logits.Length];
            double[] reference = new double[logits.Length];
            Near(loss.Reference(logits, labels, reference), loss.Run(logits, labels, found), 1e-6);
            for (int i = 0; i < found.Length; i++)
                Assert.Equal(reference[i], found[i], (1e-6 * Math.Abs(reference[i])) + (3e-7 * reference.Max(Math.Abs)));
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(1.5, 0.2)]
    public void The_reference_s_gradient_is_the_derivative_of_its_loss(double focal, double smoothing)
    {
        WeightedBce loss = new(Options(new Random(4), focal, smoothing, 3, LossReduction.SumOverClasses));
        float[] logits = [-3, -0.5f, 0, 0.25f, 2, 6], labels = [0, 1, 0.5f, 1, 0, 1];
        double[] gradient = new double[6], unused = new double[6];
        loss.Reference(logits, labels, gradient);
        for (int i = 0; i < logits.Length; i++)
        {
            const float Step = 1f / 1024;
            float[] up = [.. logits], down = [.. logits];
            (up[i], down[i]) = (logits[i] + Step, logits[i] - Step);
            double slope = (loss.Reference(up, labels, unused) - loss.Reference(down, labels, unused)) / (2 * Step);
            Assert.Equal(slope, gradient[i], 2e-6);
        }
    }

    [Fact]
    public void A_logit_of_0_costs_ln_2_and_huge_logits_cost_themselves()
    {
        WeightedBce loss = new(new() { Classes = 1 });
        float[] gradient = new float[1];
        Assert.Equal(Math.Log(2), loss.Run([0], [1], gradient), 1e-7);
        Assert.Equal(-0.5f, gradient[0]);
        Assert.Equal(1e4, loss.Run([1e4f], [0], gradient));
        Assert.Equal(1f, gradient[0]);
        Assert.Equal(0, loss.Run([1e4f], [1], gradient));
        Assert.Equal(0f, gradient[0]);
        Assert.Equal(1e4, loss.Run([-1e4f], [1], gradient));
        Assert.Equal(-1f, gradient[0]);
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        WeightedBce loss = new(new() { Classes = 3 });
        float[] logits = new float[33], labels = new float[33], gradient = new float[33];
        loss.Run(logits, labels, gradient);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            loss.Run(logits, labels, gradient);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Wrong_shapes_and_options_are_named()
    {
        WeightedBce loss = new(new() { Classes = 3 });
        Assert.Contains("4 logits", Assert.Throws<ArgumentException>(() => loss.Run(new float[4], new float[4], new float[4]))
            .Message);
        Assert.Contains("5 labels", Assert.Throws<ArgumentException>(() => loss.Run(new float[6], new float[5], new float[6]))
            .Message);
        Assert.Equal(0, loss.Run([], [], []));
        Assert.Contains("2 entries for 3", Bad(new() { Classes = 3, PositiveWeights = new double[2] }));
        Assert.Contains("-1", Bad(new() { Classes = 1, NegativeWeights = new double[] { -1 } }));
        Assert.Contains("NaN", Bad(new() { Classes = 1, PositiveWeights = new[] { double.NaN } }));
        Assert.Contains("Focal is -1", Bad(new() { Classes = 1, Focal = -1 }));
        Assert.Contains("Smoothing is 2", Bad(new() { Classes = 1, Smoothing = 2 }));
        Assert.Contains("Classes is 0", Bad(new() { Classes = 0 }));

        static string Bad(WeightedBceOptions options) => Assert.Throws<ArgumentException>(() => new WeightedBce(options)).Message;
    }

    private static WeightedBceOptions Options(
        Random random, double focal, double smoothing, int classes, LossReduction reduction) => new()
        {
            Classes = classes,
            Focal = focal,
            Smoothing = smoothing,
            Reduction = reduction,
            PositiveWeights = Enumerable.Range(0, classes).Select(_ => random.NextDouble() * 50).ToArray(),
            NegativeWeights = Enumerable.Range(0, classes).Select(_ => random.NextDouble()).ToArray(),
        };

    private static float Logit(Random random) => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(0, 5)));

    private static void Near(double expected, double found, double relative) =>
        Assert.True(Math.Abs(found - expected) <= relative * Math.Abs(expected), $"{found} is not {expected}");

    private static void Agree(double[] expected, double[] found, double error)
    {
        double norm = Math.Sqrt(expected.Sum(v => v * v));
        Assert.True(Math.Sqrt(expected.Zip(found, (e, f) => (e - f) * (e - f)).Sum()) <= error * norm);
        for (int i = 0; i < expected.Length; i++)
        {
            if (Math.Abs(expected[i]) >= 1e-30)
                Near(expected[i], found[i], error);
        }
    }
}
