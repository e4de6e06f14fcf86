using System.Runtime.InteropServices;
using System.Text.Json;
using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using ChestXray.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Networks;

/// <summary>Against torchvision's DenseNet-121 under PyTorch, whose values a rule and a seed give.</summary>
public class DenseNetworkParityTests
{
    [Fact]
    public void Names_shapes_and_their_order_are_torchvision_s()
    {
        using JsonDocument golden = Golden();
        using DenseNetwork network = new(DenseNetworkShape.DenseNet121, 3);
        Assert.Equal(
            golden.RootElement.GetProperty("tensors").EnumerateArray()
                .Select(tensor => $"{tensor[0].GetString()} {string.Join(',', Numbers(tensor[1]))}"),
            network.Export().Select(entry => $"{entry.Name} {string.Join(',', entry.Shape)}"));
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e-9, 1e-9, 1e-9)]
    [InlineData(ScalarType.Float32, 1e-6, 1e-6, 1e-3)]
    public void Logits_stage_means_loss_and_gradient_norms_are_PyTorch_s(
        ScalarType type, double values, double lossTolerance, double norms)
    {
        using JsonDocument golden = Golden();
        using DisposeScope scope = NewDisposeScope();
        using DenseNetwork network = Filled(golden.RootElement, type);
        JsonElement expected = golden.RootElement.GetProperty(type == ScalarType.Float64 ? "float64" : "float32");
        Tensor images = Input(golden.RootElement, type);

        Dictionary<string, double> means = [];
        network.Watch = (stage, x) => means[stage] = x.mean().to(ScalarType.Float64).item<double>();
        using (no_grad())
        {
            Tensor logits = network.Forward(images, training: false).to(ScalarType.Float64);
            double[][] rows = [.. expected.GetProperty("logits").EnumerateArray().Select(Doubles)];
            for (int i = 0; i < 28; i++)
                Assert.Equal(rows[i / 14][i % 14], logits[i / 14, i % 14].item<double>(), values);
        }

        network.Watch = null;
        using (no_grad())
        {
            // Nobody watches: where there is a way of our own, this is it.
            Tensor logits = network.Forward(images, training: false).to(ScalarType.Float64);
            Assert.Equal(expected.GetProperty("logits")[1][13].GetDouble(), logits[1, 13].item<double>(), values);
            Assert.Equal(expected.GetProperty("logits")[0][7].GetDouble(), logits[0, 7].item<double>(), values);
        }

        foreach (JsonProperty stage in expected.GetProperty("means").EnumerateObject())
            Assert.Equal(stage.Value.GetDouble(), means[stage.Name], values);
        using BatchWorker worker = new(network, new BinaryCrossEntropy(LossKind.Plain, null), 2, 0);
        float[] labels = [.. Enumerable.Range(0, 28).Select(i => i % 14 % 2 == 0 ? 1f : 0f)];
        Assert.Equal(expected.GetProperty("loss").GetDouble(), worker.ComputeGradients(images, labels).Loss, lossTolerance);
        foreach (JsonProperty norm in expected.GetProperty("norms").EnumerateObject())
        {
            int index = network.Parameters.Shapes.Select(shape => shape.Name).ToList().IndexOf(norm.Name);
            double found = network.Parameters.Gradient(index).norm().to(ScalarType.Float64).item<double>();
            Assert.Equal(norm.Value.GetDouble(), found, norms * norm.Value.GetDouble());
        }
    }

    /// <summary>The network with the values of the golden's rule.</summary>
    internal static DenseNetwork Filled(JsonElement golden, ScalarType type)
    {
        DenseNetwork network = new(DenseNetworkShape.DenseNet121, 3, type: type);
        NumpyRandom random = new(golden.GetProperty("seed_of_weights").GetUInt32());
        Dictionary<string, byte[]> values = [];
        foreach (TensorShape shape in network.FileShapes)
        {
            float[] drawn = new float[shape.Count];
            for (int i = 0; i < drawn.Length; i++)
                drawn[i] = (float)Rule(shape, random.Next());
            values[shape.Name] = type == ScalarType.Float32
                ? MemoryMarshal.AsBytes<float>(drawn).ToArray()
                : MemoryMarshal.AsBytes<double>(Array.ConvertAll(drawn, value => (double)value)).ToArray();
        }

        network.Import(name => values[name]);
        return network;
    }

    internal static JsonDocument Golden() =>
        JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/pytorch/densenet121.json")));

    private static double Rule(TensorShape shape, double u) => shape switch
    {
        { Dimensions.Length: 4 } => (u - 0.5) * 2 * Math.Sqrt(3.0 / (shape.Dimensions[1] * shape.Dimensions[2] * shape.Dimensions[3])),
        { Name: "classifier.weight" or "classifier.bias" } => (u - 0.5) * 2 / 32,
        _ when shape.Name.EndsWith(".weight", StringComparison.Ordinal)
            || shape.Name.EndsWith(".running_var", StringComparison.Ordinal) => 0.5 + u,
        _ => (u - 0.5) * 0.2,
    };

    internal static Tensor Input(JsonElement golden, ScalarType type)
    {
        NumpyRandom random = new(golden.GetProperty("seed_of_input").GetUInt32());
        float[] pixels = new float[2 * 3 * 224 * 224];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (float)(random.Next() * 2 - 1);
        return tensor(pixels, [2, 3, 224, 224]).to(type);
    }

    private static double[] Doubles(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    private static IEnumerable<long> Numbers(JsonElement list) => list.EnumerateArray().Select(number => number.GetInt64());
}
