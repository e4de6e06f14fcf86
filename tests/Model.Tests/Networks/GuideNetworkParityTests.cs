using System.Runtime.InteropServices;
using System.Text.Json;
using ChestXray.Model.Networks;
using ChestXray.Model.Tests.Training;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using ChestXray.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Networks;

/// <summary>The network, both losses and ten Adam steps against TensorFlow's own (golden/tensorflow/model.*).</summary>
public class GuideNetworkParityTests(ITestOutputHelper output)
{
    private const double FirstRate = 1e-3, LaterRate = 0.95e-3;

    [Theory]
    [InlineData(ScalarType.Float64, 1e-12)]
    [InlineData(ScalarType.Float32, 1e-6)]
    public void Inference_on_real_radiographs_equals_TensorFlow(ScalarType type, double tolerance)
    {
        SafetensorsFile golden = Open();
        using GuideNetwork network = Initial(golden, type);
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            Tensor probabilities = network.Forward(Images(golden["real_images"], 0, 4, type), training: false).sigmoid();
            AssertClose(Golden.Values(golden["real_inference"]), Doubles(probabilities), tolerance);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e-12)]
    [InlineData(ScalarType.Float32, 1e-5)]
    public void A_training_forward_and_the_running_statistics_equal_TensorFlow(ScalarType type, double tolerance)
    {
        SafetensorsFile golden = Open();
        using GuideNetwork network = Initial(golden, type);
        using DisposeScope scope = NewDisposeScope();
        Tensor probabilities = network.Forward(Images(golden["images"], 0, 8, type), training: true).sigmoid();

        AssertClose(Golden.Values(golden["training_forward"]), Doubles(probabilities), tolerance);
        Dictionary<string, SafetensorsEntry> exported = network.Export().ToDictionary(entry => entry.Name);
        foreach (TensorShape shape in GuideNetwork.StatisticShapes)
        {
            double[] expected = Golden.Values(golden["after_one_forward." + Golden.KerasName(shape.Name)]);
            Assert.InRange(Golden.Distance(Golden.Values(exported[shape.Name]), expected), 0, 1e-6);
        }
    }

    [Theory]
    [InlineData(LossKind.Weighted)]
    [InlineData(LossKind.Plain)]
    public void Gradients_in_float64_equal_TensorFlow(LossKind kind)
    {
        SafetensorsFile golden = Open();
        using GuideNetwork network = Initial(golden, ScalarType.Float64);
        using BatchWorker worker = Worker(network, kind);
        using DisposeScope scope = NewDisposeScope();
        worker.ComputeGradients(Images(golden["images"], 0, 8, ScalarType.Float64), Labels(golden, 0));

        for (int i = 0; i < GuideNetwork.ParameterShapes.Count; i++)
        {
            string name = $"{Name(kind)}.gradient.{Golden.KerasName(GuideNetwork.ParameterShapes[i].Name)}";
            Assert.InRange(Golden.Distance(Doubles(network.Parameters.Gradient(i)), Golden.Transposed(golden[name])), 0, 1e-6);
        }
    }

    [Theory]
    [InlineData(LossKind.Weighted)]
    [InlineData(LossKind.Plain)]
    public void Ten_steps_in_float64_equal_TensorFlow(LossKind kind)
    {
        SafetensorsFile golden = Open();
        using GuideNetwork network = Initial(golden, ScalarType.Float64);
        double[] losses = TenSteps(golden, network, kind);

        double[] expected = ExpectedLosses(kind, "losses_float64");
        for (int i = 0; i < 10; i++)
            Assert.InRange(Math.Abs(losses[i] / expected[i] - 1), 0, 1e-9);
        for (int i = 0; i < GuideNetwork.ParameterShapes.Count; i++)
        {
            string name = $"{Name(kind)}.after_ten_steps.{Golden.KerasName(GuideNetwork.ParameterShapes[i].Name)}";
            if (golden.Names.Contains(name))
                Assert.InRange(Golden.Distance(Doubles(network.Parameters[i]), Golden.Transposed(golden[name])), 0, 1e-6);
        }
    }

    // Two maxima that differ by less than a rounding send the pooling gradient elsewhere: every float32 run takes its own path.
    // TensorFlow's own is up to 1.8e-3 away from its float64 one (weighted); ours was 1.4e-4 where this was written.
    [Theory]
    [InlineData(LossKind.Weighted)]
    [InlineData(LossKind.Plain)]
    public void Ten_losses_in_float32_stay_near_those_in_float64(LossKind kind)
    {
        SafetensorsFile golden = Open();
        using GuideNetwork network = Initial(golden, ScalarType.Float32);
        double[] losses = TenSteps(golden, network, kind);

        double[] expected = ExpectedLosses(kind, "losses_float64"), own = ExpectedLosses(kind, "losses");
        double reached = own.Zip(expected, (single, exact) => Math.Abs(single / exact - 1)).Max();
        double found = losses.Zip(expected, (single, exact) => Math.Abs(single / exact - 1)).Max();
        output.WriteLine($"{kind}: at most {found:0.0e+0} from float64, TensorFlow's own {reached:0.0e+0}");
        Assert.InRange(Math.Abs(losses[0] / expected[0] - 1), 0, 1e-6);
        for (int i = 0; i < 10; i++)
            Assert.InRange(Math.Abs(losses[i] / expected[i] - 1), 0, 1e-3);
    }

    private static double[] TenSteps(SafetensorsFile golden, GuideNetwork network, LossKind kind)
    {
        using BatchWorker worker = Worker(network, kind);
        double[] losses = new double[10];
        for (int step = 0; step < 10; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor images = Images(golden["images"], step % 2 * 8, 8, network.Type);
            losses[step] = worker.Train(images, Labels(golden, step % 2 * 8), step < 5 ? FirstRate : LaterRate).Loss;
        }

        return losses;
    }

    private static SafetensorsFile Open()
    {
        string path = SharedData.Require("golden/tensorflow/model.safetensors");
        TorchRuntime.Start();
        return SafetensorsFile.Read(path);
    }

    private static double[] ExpectedLosses(LossKind kind, string list)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/tensorflow/model.json")));
        JsonElement losses = json.RootElement.GetProperty("recipes").GetProperty(Name(kind)).GetProperty(list);
        return [.. losses.EnumerateArray().Select(value => value.GetDouble())];
    }

    private static string Name(LossKind kind) => kind == LossKind.Weighted ? "weighted" : "plain";

    private static BatchWorker Worker(GuideNetwork network, LossKind kind)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/tensorflow/loss.json")));
        ClassWeights weights = GoldenWeights.Read(json.RootElement.GetProperty("weights"));
        return new BatchWorker(network, new BinaryCrossEntropy(kind, weights), 8, 0)
        {
            HasDropout = false,
        };
    }

    private static GuideNetwork Initial(SafetensorsFile golden, ScalarType type)
    {
        GuideNetwork network = new(0, type);
        network.Import(name =>
        {
            double[] values = Golden.Transposed(golden["initial." + Golden.KerasName(name)]);
            return type == ScalarType.Float64
                ? MemoryMarshal.AsBytes<double>(values).ToArray()
                : MemoryMarshal.AsBytes<float>([.. values.Select(value => (float)value)]).ToArray();
        });
        return network;
    }

    private static Tensor Images(SafetensorsEntry entry, int first, int count, ScalarType type)
    {
        long size = entry.Shape[1];
        double[] pixels = [.. Golden.Values(entry).Select(value => (value - 128) / 64)];
        return tensor(pixels, [entry.Shape[0], 1, size, size], ScalarType.Float64).narrow(0, first, count).to(type);
    }

    private static float[] Labels(SafetensorsFile golden, int first) =>
        Golden.Floats(golden["labels"])[(first * 14)..((first + 8) * 14)];

    private static double[] Doubles(Tensor values) => [.. values.detach().to(ScalarType.Float64).contiguous().data<double>()];

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(Math.Abs(actual[i] - expected[i]), 0, tolerance);
    }
}
