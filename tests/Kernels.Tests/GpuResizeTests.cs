namespace ChestXray.Kernels.Tests;

/// <summary>Resizing on the GPU: its kernels on ILGPU's CPU accelerator, whose addresses are the host's.</summary>
public sealed class GpuResizeTests : IDisposable
{
    private readonly KernelDevice _device = KernelDevice.Simulator();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(40, 30, 1, 12, 17)]
    [InlineData(9, 5, 3, 20, 31)]
    [InlineData(1, 1, 1, 3, 2)]
    [InlineData(64, 3, 4, 3, 64)]
    public void Both_kinds_agree_with_the_CPU_s(int height, int width, int channels, int outputHeight, int outputWidth)
    {
        const int Images = 3;
        byte[] images = RandomBytes.Make(Images * height * width * channels);
        int pixels = outputHeight * outputWidth * channels, each = height * width * channels;
        float[] bilinear = new float[Images * pixels], antialias = new float[Images * pixels], found = new float[Images * pixels];
        for (int i = 0; i < Images; i++)
        {
            Resize.Bilinear(images.AsSpan(i * each, each), height, width, channels, bilinear.AsSpan(i * pixels), outputHeight,
                outputWidth);
            Resize.Antialias(images.AsSpan(i * each, each), height, width, channels, antialias.AsSpan(i * pixels), outputHeight,
                outputWidth);
        }

        using DeviceBuffer source = new(_device, images.Length), output = new(_device, found.Length * sizeof(float));
        source.CopyFrom<byte>(images);
        using GpuResize gpu = new(_device);
        gpu.Bilinear(source.Address, Images, height, width, channels, output.Address, found.Length, outputHeight, outputWidth);
        Near(bilinear);
        gpu.Antialias(source.Address, Images, height, width, channels, output.Address, found.Length, outputHeight, outputWidth);
        Near(antialias);

        void Near(float[] expected)
        {
            output.CopyTo<float>(found);
            for (int i = 0; i < found.Length; i++)
                Assert.Equal(expected[i], found[i], 1e-2f);
        }
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        using KernelDevice cpu = KernelDevice.Open("cpu");
        Assert.Contains("Resize", Assert.Throws<ArgumentException>(() => new GpuResize(cpu)).Message);
        GpuResize gpu = new(_device);
        Assert.Contains("images is 0", Assert.Throws<ArgumentException>(() => gpu.Bilinear(1, 0, 2, 2, 1, 1, 4, 2, 2)).Message);
        Assert.Contains("channels is 5", Assert.Throws<ArgumentException>(() => gpu.Bilinear(1, 1, 2, 2, 5, 1, 4, 2, 2)).Message);
        Assert.Contains("outputWidth is 40000", Assert.Throws<ArgumentException>(
            () => gpu.Antialias(1, 1, 2, 2, 1, 1, 4, 2, 40_000)).Message);
        Assert.Contains("3 floats; 4", Assert.Throws<ArgumentException>(() => gpu.Antialias(1, 1, 2, 2, 1, 1, 3, 2, 2)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => gpu.Bilinear(0, 1, 2, 2, 1, 1, 4, 2, 2));
        gpu.Dispose();
        gpu.Dispose();
        Assert.Throws<ObjectDisposedException>(() => gpu.Bilinear(1, 1, 2, 2, 1, 1, 4, 2, 2));
    }
}
