using ChestXray.Model.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Networks;

/// <summary>The guide's blocks as operations of our own, held against the tensor library's in float64.</summary>
public class PooledBlocksTests
{
    [Theory]
    [InlineData(true, 3, 112, 120)]
    [InlineData(true, 2, 131, 106)]
    [InlineData(false, 2, 112, 112)]
    public void Logits_gradients_and_running_statistics_are_the_tensor_librarys(bool training, int count, int height, int width)
    {
        using DisposeScope scope = NewDisposeScope();
        using GuideNetwork own = new(5);
        using GuideNetwork library = new(5, ScalarType.Float64) { Convolutions = ConvolutionPath.Library };
        Generator generator = new(3);
        using (no_grad())
        {
            Tensor noise = randn([own.Parameters.Values.shape[0]], generator: generator) / 50,
                moved = rand([own.Statistics.shape[0]], generator: generator) / 4;
            own.Parameters.Values.add_(noise);
            own.Statistics.add_(moved);
            library.Parameters.Values.copy_(own.Parameters.Values);
            library.Statistics.copy_(own.Statistics);
        }

        Tensor images = randn([count, 1, height, width], generator: generator), slope = randn([count, 14], generator: generator);

        // Twice: the second call must not see what the first left behind.
        for (int call = 0; call < 2; call++)
        {
            own.Parameters.Gradients.zero_();
            library.Parameters.Gradients.zero_();
            Tensor found = own.Forward(images, training), expected = library.Forward(images.@double(), training);
            own.Backward(found, slope);
            library.Backward(expected, slope.@double());
            AssertNear(expected.detach(), found.detach(), 1e-5);
            AssertNear(library.Statistics, own.Statistics, 1e-6);
            for (int i = 0; i < GuideNetwork.ParameterShapes.Count; i++)
            {
                // A bias in front of a batch norm has a gradient of zero but for rounding and ReLU.
                if (!(training && GuideNetwork.ParameterShapes[i].Name is var name
                    && name.StartsWith("conv", StringComparison.Ordinal) && name.EndsWith("bias", StringComparison.Ordinal)))
                    AssertNear(library.Parameters.Gradient(i), own.Parameters.Gradient(i), 2e-4);
            }
        }
    }

    [Fact]
    public void Images_of_another_size_may_take_other_tiles_and_the_first_size_gives_its_bits_again()
    {
        using DisposeScope scope = NewDisposeScope();
        using GuideNetwork network = new(5), fresh = new(5);
        Tensor large = randn([2, 1, 224, 224], generator: new(3)), small = randn([3, 1, 112, 112], generator: new(4));
        Tensor first = network.Forward(large, training: false).detach(), other = network.Forward(small, training: false).detach();
        Tensor again = network.Forward(large, training: false).detach();
        Assert.Equal(first.bytes.ToArray(), again.bytes.ToArray());
        Assert.Equal(fresh.Forward(small, training: false).detach().bytes.ToArray(), other.bytes.ToArray());
    }

    [Fact]
    public void A_channel_that_never_fires_gives_its_shift_and_no_infinity()
    {
        using DisposeScope scope = NewDisposeScope();
        using GuideNetwork network = new(5);
        using (no_grad())
            network.Parameters[1].fill_(-1e6);
        Tensor logits = network.Forward(randn([2, 1, 112, 112], generator: new(3)), true);
        network.Backward(logits, ones_like(logits));
        Assert.True(logits.isfinite().all().ToBoolean());
        Assert.True(network.Parameters.Gradients.isfinite().all().ToBoolean());
    }

    private static void AssertNear(Tensor expected, Tensor found, double tolerance) =>
        Assert.InRange(((found.@double() - expected).norm() / expected.norm()).ToDouble(), 0, tolerance);
}
