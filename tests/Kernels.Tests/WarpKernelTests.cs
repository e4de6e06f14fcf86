using ChestXray.Kernels.Ops;
using ILGPU;
using ILGPU.Runtime;

namespace ChestXray.Kernels.Tests;

public sealed class WarpKernelTests : IDisposable
{
    private readonly Simulator _simulator = new();

    public void Dispose() => _simulator.Dispose();

    [Theory]
    [InlineData(Interpolation.Bilinear, 1e-2)]
    [InlineData(Interpolation.Nearest, 0)]
    public void The_kernels_agree_with_the_reference_on_every_border(Interpolation interpolation, double error)
    {
        Random random = new(3);
        foreach (Border border in Enum.GetValues<Border>())
        {
            for (int round = 0; round < 4; round++)
            {
                CpuAugmenterOptions options = new()
                {
                    SourceWidth = random.Next(1, 40),
                    SourceHeight = random.Next(1, 40),
                    OutputWidth = 4 * random.Next(1, 8),
                    OutputHeight = random.Next(1, 20),
                    Border = border,
                    Interpolation = interpolation,
                    Fill = 33,
                    Mean = 0,
                    Deviation = 1,
                };
                Compare(options, round, error);
            }
        }
    }

    private void Compare(CpuAugmenterOptions o, int seed, double error)
    {
        int pixels = o.SourceWidth * o.SourceHeight, outputs = o.OutputWidth * o.OutputHeight;
        byte[] records = RandomBytes.Make(3 * pixels, seed);
        int[] numbers = [2, 0];
        Matrix2x3[] matrices = [.. numbers.Select(n => Matrix2x3.Resize(o.SourceWidth, o.SourceHeight, o.OutputWidth, o.OutputHeight)
            .Then(new RandomGeometry { Rotation = 3, Zoom = 0.9, Shift = 2 }.Draw((ulong)seed, 0, n, o.OutputWidth, o.OutputHeight)))];
        foreach (bool four in new[] { true, false })
        {
            if (four && (o.Interpolation == Interpolation.Nearest || o.Border == Border.Wrap))
                continue;
            float[] found = Launch(o, records, numbers, matrices, four);
            for (int sample = 0; sample < numbers.Length; sample++)
            {
                double[] expected = new double[outputs];
                WarpReference.Run<byte>(
                    records.AsSpan(numbers[sample] * pixels, pixels), o.SourceWidth, o.SourceHeight, matrices[sample], o.Border, o.Interpolation,
                    o.Fill, 0, 1, expected, o.OutputWidth, o.OutputHeight);
                for (int i = 0; i < outputs; i++)
                    Assert.Equal(expected[i], found[(sample * outputs) + i], error);
            }
        }
    }

    private float[] Launch(CpuAugmenterOptions o, byte[] records, int[] numbers, Matrix2x3[] matrices, bool four)
    {
        Accelerator accelerator = _simulator.Accelerator;
        using MemoryBuffer1D<byte, Stride1D.Dense> source = accelerator.Allocate1D(records);
        using MemoryBuffer1D<int, Stride1D.Dense> which = accelerator.Allocate1D(numbers);
        using MemoryBuffer1D<FixedMatrix, Stride1D.Dense> maps = accelerator.Allocate1D<FixedMatrix>([.. matrices.Select(m => FixedMatrix.From(m))]);
        using MemoryBuffer1D<float, Stride1D.Dense> output = accelerator.Allocate1D<float>(numbers.Length * o.OutputWidth * o.OutputHeight);
        KernelConfig config = new(new Index3D(1, 1, 1), new Index3D(2, 1, 1));
        if (four)
        {
            accelerator.LoadKernel<ArrayView<byte>, ArrayView<int>, ArrayView<FixedMatrix>, ArrayView<Float4>, WarpShape>(WarpKernel.Four)(
                _simulator.Stream, config, source.View, which.View, maps.View, output.View.BaseView.Cast<Float4>(), new WarpShape(o));
        }
        else
        {
            accelerator.LoadKernel<ArrayView<byte>, ArrayView<int>, ArrayView<FixedMatrix>, ArrayView<float>, WarpShape>(WarpKernel.One)(
                _simulator.Stream, config, source.View, which.View, maps.View, output.View, new WarpShape(o));
        }

        _simulator.Stream.Synchronize();
        return output.GetAsArray1D();
    }
}
