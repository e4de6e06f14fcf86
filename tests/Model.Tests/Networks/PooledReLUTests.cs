using ChestXray.Model.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Networks;

public class PooledReLUTests
{
    [Theory]
    [InlineData(2, 16, 12, 12, 1, false)]
    [InlineData(3, 32, 13, 11, 2, false)]
    [InlineData(1, 16, 3, 2, 5, false)]
    [InlineData(2, 16, 13, 12, 2, true)]
    [InlineData(2, 5, 7, 9, 2, false)]
    public void Values_and_gradients_equal_the_tensor_library_s_to_the_bit(int n, int c, int h, int w, int threads, bool isScalar)
    {
        using DisposeScope scope = NewDisposeScope();
        // A quarter of the values tie, whole windows are zero or negative, and one is NaN.
        Tensor input = (randn(n, h, w, c) * 4).round().div_(4).permute(0, 3, 1, 2).detach();
        input[0, 0, 0, 1] = float.NaN;
        Tensor leaf = input.clone().requires_grad_(true), slope = randn(n, c, h / 2, w / 2);
        Tensor expected = nn.functional.max_pool2d(leaf, 2).relu_();
        expected.backward([slope]);

        (Tensor values, Tensor places) = PooledReLU.Forward(input, threads, isScalar);
        Tensor gradient = PooledReLU.Backward(input, places, slope, threads, isScalar);
        Assert.Equal(Bits(expected), Bits(values));
        Assert.Equal(Bits(leaf.grad!), Bits(gradient));
    }

    [Fact]
    public void The_network_gives_the_same_with_and_without_it()
    {
        TorchRuntime.Start();
        using GuideNetwork fused = new(3) { Convolutions = ConvolutionPath.Library };
        using GuideNetwork plain = new(3) { Convolutions = ConvolutionPath.Library, FusesPooling = false };
        using DisposeScope scope = NewDisposeScope();
        Tensor images = randn(2, 110, 110, 1).permute(0, 3, 1, 2), slope = randn(2, 14);
        foreach (GuideNetwork network in new[] { fused, plain })
            network.Backward(network.Forward(images, true), slope);
        Assert.Equal(Bits(plain.Parameters.Gradients), Bits(fused.Parameters.Gradients));
        Assert.True(fused.Parameters.Gradients.norm().ToDouble() > 0);
    }

    // Zeros may differ in sign: adding 0 makes both positive.
    private static int[] Bits(Tensor values) =>
        [.. (values.detach() + 0).contiguous().data<float>().Select(BitConverter.SingleToInt32Bits)];
}
