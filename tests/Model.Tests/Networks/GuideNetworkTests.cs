using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Networks;

public class GuideNetworkTests
{
    [Fact]
    public void It_has_the_guide_s_number_of_values()
    {
        Assert.Equal(530_158, GuideNetwork.ParameterShapes.Sum(shape => shape.Count));
        Assert.Equal(530_638 - 530_158, GuideNetwork.StatisticShapes.Sum(shape => shape.Count));
        string summary = GuideNetwork.Summarise(224);
        Assert.Contains("530,638 values, 530,158 of them trainable", summary, StringComparison.Ordinal);
        Assert.Contains("218 x 218 x 16", summary, StringComparison.Ordinal);
        Assert.Contains("8 x 8 x 128", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Kernels_are_uniform_within_Glorot_s_limit_and_the_rest_is_neutral()
    {
        using GuideNetwork network = new(7);
        foreach (SafetensorsEntry entry in network.Export())
        {
            double[] values = Golden.Values(entry);
            if (entry.Shape.Length == 1)
            {
                double neutral = entry.Name.StartsWith("norm", StringComparison.Ordinal)
                    && (entry.Name.EndsWith("weight", StringComparison.Ordinal)
                        || entry.Name.EndsWith("var", StringComparison.Ordinal)) ? 1 : 0;
                Assert.All(values, value => Assert.Equal(neutral, value));
                continue;
            }

            double limit = Math.Sqrt(
                6.0 / ((entry.Shape[0] + entry.Shape[1]) * entry.Shape.Skip(2).Aggregate(1L, (a, b) => a * b)));
            double error = 5 * limit / Math.Sqrt(3.0 * values.Length);
            Assert.All(values, value => Assert.InRange(value, -limit, limit));
            Assert.InRange(values.Average(), -error, error);
            Assert.InRange(values.Select(value => value * value).Average() / (limit * limit / 3), 0.9, 1.1);
            Assert.InRange(values.Distinct().Count(), 0.95 * values.Length, values.Length);
        }
    }

    [Theory]
    [InlineData(105)]
    [InlineData(1)]
    public void An_input_of_which_nothing_would_be_left_is_an_error(int size)
    {
        using GuideNetwork network = new();
        using Tensor small = zeros(1, 1, size, size);
        Assert.Contains($"{size}", Assert.Throws<ArgumentException>(() => network.Forward(small, false)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => GuideNetwork.Summarise(size));
    }

    [Fact]
    public void The_smallest_input_still_gives_logits()
    {
        using GuideNetwork network = new();
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal([3, 14], network.Forward(zeros(3, 1, 106, 106), false).shape);
    }

    [Fact]
    public void Gradients_are_the_slopes_of_the_loss()
    {
        using GuideNetwork network = new(2, ScalarType.Float64);
        using BatchWorker worker = new(network, new BinaryCrossEntropy(LossKind.Weighted, ClassWeights.Ones), 2, 9);
        using DisposeScope scope = NewDisposeScope();
        Generator generator = new(4);
        Tensor images = randn(2, 1, 106, 106, ScalarType.Float64, generator: generator);
        float[] labels = [.. Enumerable.Range(0, 28).Select(i => i % 3 == 0 ? 1f : 0f)];
        LossSlopes.AssertEqualGradients(worker, images, labels, 1e-4);
    }

    [Fact]
    public void Pooling_before_ReLU_gives_what_pooling_after_it_gives()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(2, 3, 12, 12), before = x.clone().requires_grad_(true), after = x.clone().requires_grad_(true);
        Tensor slope = randn(2, 3, 6, 6);
        Tensor y = nn.functional.max_pool2d(before, 2).relu_(), z = nn.functional.max_pool2d(nn.functional.relu(after), 2);
        y.backward([slope]);
        z.backward([slope]);
        Assert.True(y.Equals(z));
        Assert.True(before.grad!.Equals(after.grad!));
    }

    [Fact]
    public void Weights_of_another_network_are_refused_and_nothing_is_changed()
    {
        string folder = Directory.CreateTempSubdirectory("chestxray-weights-").FullName;
        string path = Path.Combine(folder, "half.safetensors");
        using GuideNetwork network = new(1), other = new(2);
        SafetensorsFile.Write(path, [.. other.Export().SkipLast(1)]);
        byte[] before = network.Export()[0].Data.ToArray();
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => network.Import(SafetensorsFile.Read(path)));
        Assert.Contains("'norm4.running_var' is missing", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, network.Export()[0].Data.ToArray());
        Directory.Delete(folder, recursive: true);
    }

    // The known answers of the authors' own test file (Random123, kat_vectors).
    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    public void Philox_gives_its_authors_numbers(ulong seed, ulong stream, ulong block, uint a, uint b, uint c, uint d) =>
        Assert.Equal((a, b, c, d), Philox.Draw(seed, stream, block));
}
