using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ChestXray.Model.Networks.Convolutions;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Benchmarks;

/// <summary>What the pooled convolutions of a training step take, each alone on the shapes of the guide's network.</summary>
internal static unsafe class StepProfile
{
    private static readonly (int Side, int Inputs, int Outputs)[] _layers = [(224, 1, 16), (109, 16, 32), (51, 32, 64), (22, 64, 128)];

    /// <summary>Adds a row for each, forward and backward.</summary>
    /// <returns>Milliseconds of all of them together, for one batch.</returns>
    public static double Run(Bench bench, int batch, int threads)
    {
        double total = 0;
        for (int i = 0; i < _layers.Length; i++)
        {
            (int side, int inputs, int outputs) = _layers[i];
            using DisposeScope scope = NewDisposeScope();
            ConvolutionShape shape = new(batch, side, side, inputs, outputs);
            Generator generator = new(3);
            Tensor x = randn([batch, side, side, inputs], generator: generator), weight = randn([outputs, 7, 7, inputs], generator: generator) / (7 * Math.Sqrt(inputs));
            Tensor bias = zeros([outputs]), dWeight = zeros_like(weight), dBias = zeros([outputs]), dx = empty_like(x);
            Tensor values = empty([batch, shape.PooledHeight, shape.PooledWidth, outputs]), slope = randn_like(values);
            Tensor places = empty([batch, shape.PooledHeight, shape.PooledWidth, outputs], ScalarType.Byte);
            using IPooledConvolution convolution = PooledConvolutions.Make(inputs, outputs, threads);
            total += Time($"convolution {i + 1}, forward", () =>
                convolution.Forward(shape, At<float>(x), At<float>(weight), At<float>(bias), At<float>(values), At<byte>(places)));
            total += Time($"convolution {i + 1}, backward", () => convolution.Backward(
                shape, At<float>(x), At<float>(weight), At<float>(slope), At<byte>(places), inputs == 1 ? null : At<float>(dx), At<float>(dWeight), At<float>(dBias)));
            Tensor normed = values.permute(0, 3, 1, 2).detach().requires_grad_(true), gain = ones([outputs]).requires_grad_(true), shift = zeros([outputs]).requires_grad_(true);
            Tensor mean = zeros([outputs]), variance = ones([outputs]), up = slope.permute(0, 3, 1, 2);
            Time($"batch norm {i + 1}, forward and backward", () =>
            {
                using DisposeScope inner = NewDisposeScope();
                nn.functional.batch_norm(normed, mean, variance, gain, shift, true, 0.01, 1e-3).backward([up]);
            });
        }

        return total;

        double Time(string name, Action work) => 1e3 * batch / bench.Rate(name, "images/s", batch, work);
    }

    private static T* At<T>(Tensor tensor) where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
