using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Networks;

public class DenseNetworkTests
{
    [Fact]
    public void It_has_torchvision_s_number_of_values()
    {
        using DenseNetwork network = new(DenseNetworkShape.DenseNet121, 3);
        Assert.Equal(606, network.FileShapes.Count);
        Assert.Equal(6_968_206, network.Parameters.Shapes.Sum(shape => shape.Count));
        string summary = network.Summary(224);
        Assert.Contains("6,968,206 of them trainable", summary, StringComparison.Ordinal);
        Assert.Contains("7 x 7 x 1024", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_are_the_slopes_of_the_loss()
    {
        using DenseNetwork network = SmallDense.Make(type: ScalarType.Float64);
        using BatchWorker worker = new(network, new BinaryCrossEntropy(LossKind.Weighted, ClassWeights.Ones), 3, 9);
        using DisposeScope scope = NewDisposeScope();
        Tensor images = SmallDense.Images(3, type: ScalarType.Float64);
        float[] labels = SmallDense.Labels(3);
        LossSlopes.AssertEqualGradients(worker, images, labels, 1e-3);
    }

    [Fact]
    public void A_grey_image_enters_three_channels_with_ImageNet_s_means_and_deviations()
    {
        using DisposeScope scope = NewDisposeScope();
        using DenseNetwork network = new(SmallDense.Shape, 3, 1) { Scale = PixelScale.ImageNet };
        Tensor grey = rand([2, 1, 40, 40], generator: new Generator(2));
        Tensor spread = cat([(grey - 0.485) / 0.229, (grey - 0.456) / 0.224, (grey - 0.406) / 0.225], 1);
        Tensor expected = network.Forward(spread, false), found = network.Forward(grey, false);
        Assert.True(found.allclose(expected, 1e-5, 1e-6));
        Assert.False(found.allclose(network.Forward(grey.expand(-1, 3, -1, -1), false), 1e-5, 1e-6));
    }

    [Fact]
    public void Frozen_layers_keep_their_values_and_their_running_statistics_and_the_rest_learns()
    {
        using DisposeScope scope = NewDisposeScope();
        using DenseNetwork network = SmallDense.Make();
        network.Parameters.SetRate("features.conv0", 0);
        network.Parameters.SetRate("features.norm0", 0);
        network.Parameters.SetRate("features.denseblock1", 0);
        Dictionary<string, byte[]> before = Values(network);
        using BatchWorker worker = new(network, new BinaryCrossEntropy(LossKind.Plain, null), 3, 0);
        worker.Train(SmallDense.Images(3), SmallDense.Labels(3), 1e-2);
        foreach ((string name, byte[] after) in Values(network))
        {
            bool isFrozen = name.StartsWith("features.conv0", StringComparison.Ordinal)
                || name.StartsWith("features.norm0", StringComparison.Ordinal)
                || name.StartsWith("features.denseblock1", StringComparison.Ordinal);
            Assert.True(isFrozen == before[name].AsSpan().SequenceEqual(after), name);
        }
    }

    [Fact]
    public void A_factor_on_the_learning_rate_scales_the_step_of_its_layers_alone()
    {
        using DisposeScope scope = NewDisposeScope();
        using DenseNetwork plain = SmallDense.Make(), slow = SmallDense.Make();
        slow.Parameters.SetRate("classifier", 0.25);
        float[] start = [.. plain.Parameters.Values.data<float>()];
        foreach (DenseNetwork network in new[] { plain, slow })
        {
            using BatchWorker worker = new(network, new BinaryCrossEntropy(LossKind.Plain, null), 3, 0);
            worker.Train(SmallDense.Images(3), SmallDense.Labels(3), 1e-2);
        }

        float[] a = [.. plain.Parameters.Values.data<float>()], b = [.. slow.Parameters.Values.data<float>()];
        int head = a.Length - (int)plain.Parameters.Shapes.TakeLast(2).Sum(shape => shape.Count);
        Assert.Equal(a[..head], b[..head]);
        for (int i = head; i < a.Length; i++)
            Assert.Equal((a[i] - start[i]) / 4, b[i] - start[i], 1e-6f);
    }

    [Theory]
    [InlineData("features.denseblock9", 0.0)]
    [InlineData("feat", 0.0)]
    [InlineData("classifier", -1.0)]
    [InlineData("classifier", double.NaN)]
    public void A_rate_for_no_layer_or_of_no_sense_is_refused_by_name(string prefix, double factor)
    {
        using DenseNetwork network = SmallDense.Make();
        Assert.Contains(prefix, Assert.Throws<ArgumentException>(() => network.Parameters.SetRate(prefix, factor)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_of_other_channels_or_too_small_is_an_error()
    {
        using DisposeScope scope = NewDisposeScope();
        using DenseNetwork network = SmallDense.Make();
        Assert.Throws<ArgumentException>(() => network.Forward(zeros(1, 3, 40, 40), false));
        Assert.Throws<ArgumentException>(() => network.Forward(zeros(1, 1, 31, 40), false));
        Assert.Equal([1, 14], network.Forward(zeros(1, 1, 32, 32), false).shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Summary(31));
    }

    [Fact]
    public void The_last_feature_maps_classify_to_the_logits()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = SmallDense.Images(2, size: 110);
        foreach (Network network in new Network[] { SmallDense.Make(), new GuideNetwork(3) })
        {
            using (network)
            using (no_grad())
                Assert.True(network.Classify(network.FeatureMaps(images)).allclose(network.Forward(images, false), 1e-4, 1e-5),
                    network.Name);
        }
    }

    private static Dictionary<string, byte[]> Values(Network network) =>
        network.Export().ToDictionary(entry => entry.Name, entry => entry.Data.ToArray());
}
