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
        double[] positive = [.. Enumerable.Range(0, classes).Select(_ => random.NextDouble() * 20)],
            negative = [.. positive.Select(_ => random.NextDouble())];
        WeightedBceOptions options = new()
        {
            Classes = classes,
            Focal = focal,
            Smoothing = smoothing,
            PositiveWeights = positive,
            NegativeWeights = negative,
        };
        WeightedBce loss = new(options);
        float[] logits = [.. Enumerable.Range(0, Rows * classes)
            .Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(5))))];
        float[] labels = [.. logits.Select(_ => (float)random.Next(2))];
        double[] expected = new double[logits.Length];
        double value = loss.Reference(logits, labels, expected);

        using KernelDevice device = KernelDevice.Simulator();
        using DeviceBuffer z = Upload(device, logits), y = Upload(device, labels), slope = Upload(device, logits),
            sum = new(device, sizeof(float));
        using (GpuWeightedBce gpu = new(device, options))
        {
            for (int repeat = 0; repeat < 2; repeat++)
                gpu.Run(z.Address, y.Address, slope.Address, Rows, sum.Address);
        }

        float[] found = new float[logits.Length], total = new float[1];
        slope.CopyTo<float>(found);
        sum.CopyTo<float>(total);
        Assert.Equal(value, total[0], value * 1e-6);
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(expected[i], found[i], (2e-6 * Math.Abs(expected[i])) + 1e-7);
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        using KernelDevice device = KernelDevice.Simulator(), cpu = KernelDevice.Open("cpu");
        Assert.Contains("WeightedBce", Assert.Throws<ArgumentException>(() => new GpuWeightedBce(cpu, new() { Classes = 2 })).Message);
        Assert.Contains("Classes is 0", Assert.Throws<ArgumentException>(() => new GpuWeightedBce(device, new() { Classes = 0 })).Message);
        GpuWeightedBce gpu = new(device, new() { Classes = 2 });
        Assert.Contains("rows is 0", Assert.Throws<ArgumentException>(() => gpu.Run(1, 1, 1, 0, 1)).Message);
        Assert.Contains("rows is 2147483647", Assert.Throws<ArgumentException>(() => gpu.Run(1, 1, 1, int.MaxValue, 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => gpu.Run(1, 0, 1, 1, 1));
        gpu.Dispose();
        gpu.Dispose();
        Assert.Throws<ObjectDisposedException>(() => gpu.Run(1, 1, 1, 1, 1));
    }

    private static DeviceBuffer Upload(KernelDevice device, float[] values)
    {
        DeviceBuffer buffer = new(device, values.Length * sizeof(float));
        buffer.CopyFrom<float>(values);
        return buffer;
    }
}
