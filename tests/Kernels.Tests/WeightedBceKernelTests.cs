using ChestXray.Kernels.Ops;
using ILGPU;
using ILGPU.Runtime;

namespace ChestXray.Kernels.Tests;

public class WeightedBceKernelTests
{
    [Theory]
    [InlineData(0f, 0f, 14)]
    [InlineData(2f, 0.1f, 3)]
    public void Loss_and_gradient_agree_with_the_reference(float focal, float smoothing, int classes)
    {
        const int Rows = 9;
        Random random = new(2);
        double[] positive = [.. Enumerable.Range(0, classes).Select(_ => random.NextDouble() * 20)], negative = [.. positive.Select(_ => random.NextDouble())];
        WeightedBce loss = new(new()
        {
            Classes = classes,
            Focal = focal,
            Smoothing = smoothing,
            PositiveWeights = positive,
            NegativeWeights = negative,
        });
        float[] logits = [.. Enumerable.Range(0, Rows * classes).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(5))))];
        float[] labels = [.. logits.Select(_ => (float)random.Next(2))];
        double[] expected = new double[logits.Length];
        double value = loss.Reference(logits, labels, expected);

        using Simulator simulator = new();
        Accelerator accelerator = simulator.Accelerator;
        using MemoryBuffer1D<float, Stride1D.Dense> z = accelerator.Allocate1D(logits), y = accelerator.Allocate1D(labels);
        using MemoryBuffer1D<float, Stride1D.Dense> weights = accelerator.Allocate1D<float>([.. positive.Concat(negative).Select(v => (float)v)]);
        using MemoryBuffer1D<float, Stride1D.Dense> gradient = accelerator.Allocate1D<float>(logits.Length);
        using MemoryBuffer1D<double, Stride1D.Dense> partial = accelerator.Allocate1D<double>(2);
        accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<double>, WeightedBceShape>(
            WeightedBceKernel.Run)(
            simulator.Stream, new KernelConfig(1, 2), z.View, y.View, weights.View, gradient.View, partial.View,
            new WeightedBceShape(Rows, classes, focal, smoothing, 1f / Rows));
        simulator.Stream.Synchronize();

        float[] found = gradient.GetAsArray1D();
        Assert.Equal(value, partial.GetAsArray1D().Sum() / Rows, value * 1e-6);
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(expected[i], found[i], (2e-6 * Math.Abs(expected[i])) + 1e-7);
    }
}
