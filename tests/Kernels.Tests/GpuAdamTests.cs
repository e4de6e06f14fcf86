namespace ChestXray.Kernels.Tests;

public sealed unsafe class GpuAdamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1003)]
    public void Ten_steps_are_Adam_s_and_touch_nothing_beside_the_buffers(int count)
    {
        Random random = new(count);
        float[][] buffers = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Repeat(77f, count + 2).ToArray())];
        (float[] gradients, float[] mean, float[] variance, float[] values) = (buffers[0], buffers[1], buffers[2], buffers[3]);
        double[] m = new double[count], v = new double[count], w = [.. Draw(random, count).Select(x => (double)x)];
        for (int i = 0; i < count; i++)
            (mean[i + 1], variance[i + 1], values[i + 1]) = (0, 0, (float)w[i]);
        using KernelDevice device = KernelDevice.Simulator();
        using GpuAdam adam = new(device);
        for (int step = 1; step <= 10; step++)
        {
            float alpha = 1e-3f / step;
            Draw(random, count).CopyTo(gradients, 1);
            fixed (float* g = gradients, first = mean, second = variance, to = values)
                adam.Run((nint)(g + 1), (nint)(first + 1), (nint)(second + 1), (nint)(to + 1), count, alpha);
            for (int i = 0; i < count; i++)
            {
                m[i] += (gradients[i + 1] - m[i]) * 0.1;
                v[i] += (((double)gradients[i + 1] * gradients[i + 1]) - v[i]) * 0.001;
                w[i] -= m[i] * alpha / (Math.Sqrt(v[i]) + 1e-7);
            }
        }

        for (int i = 0; i < count; i++)
            Assert.Equal(w[i], values[i + 1], 1e-6);
        Assert.All(buffers, buffer => Assert.Equal((77f, 77f), (buffer[0], buffer[^1])));
    }

    [Fact]
    public void What_makes_no_sense_is_refused_by_name_and_nothing_is_started()
    {
        using KernelDevice device = KernelDevice.Simulator();
        Assert.Throws<ArgumentOutOfRangeException>("meanShare", () => new GpuAdam(device, meanShare: 0));
        Assert.Throws<ArgumentOutOfRangeException>("varianceShare", () => new GpuAdam(device, varianceShare: 2));
        Assert.Throws<ArgumentOutOfRangeException>("epsilon", () => new GpuAdam(device, epsilon: float.NaN));
        GpuAdam adam = new(device);
        Assert.Throws<ArgumentOutOfRangeException>("values", () => adam.Run(1, 1, 1, 0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => adam.Run(1, 1, 1, 1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("alpha", () => adam.Run(1, 1, 1, 1, 1, float.NaN));
        adam.Dispose();
        adam.Dispose();
        Assert.Throws<ObjectDisposedException>(() => adam.Run(1, 1, 1, 1, 1, 1));
        using KernelDevice cpu = KernelDevice.Open("cpu");
        Assert.Contains("optimiser", Assert.Throws<ArgumentException>(() => new GpuAdam(cpu)).Message, StringComparison.Ordinal);
    }

    private static float[] Draw(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * 2))];
}
