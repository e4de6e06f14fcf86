namespace ChestXray.Kernels.Tests;

/// <summary>The GPU's pass end to end, its kernels on ILGPU's CPU accelerator, whose addresses are the host's.</summary>
public unsafe class GpuAugmenterTests
{
    [Theory]
    [InlineData(24, Border.Reflect, Interpolation.Bilinear, 0)]
    [InlineData(24, Border.Reflect, Interpolation.Bilinear, 1)]
    [InlineData(24, Border.Wrap, Interpolation.Bilinear, 0)]
    [InlineData(23, Border.Constant, Interpolation.Bilinear, 0)]
    [InlineData(24, Border.Mirror, Interpolation.Nearest, 0)]
    public void Foreign_memory_is_read_and_written_as_the_CPU_s_pass_does(
        int width, Border border, Interpolation interpolation, int shift)
    {
        const int Height = 15;
        AugmenterOptions options = new()
        {
            SourceHeight = Height,
            SourceWidth = width,
            Border = border,
            Interpolation = interpolation,
            Mean = 10,
            Deviation = 2,
            Fill = 9,
        };
        byte[] records = RandomBytes.Make(4 * Height * width);
        int[] numbers = [3, 0, 2];
        Matrix2x3[] matrices = [.. numbers.Select(n => new RandomGeometry { Rotation = 2, Zoom = 0.4 }.Draw(1, 0, n, width, Height))];
        float[] expected = new float[numbers.Length * Height * width];
        using (CpuAugmenter cpu = new(options))
            cpu.Run(records, numbers, matrices, expected);

        float[] found = GC.AllocateArray<float>(expected.Length + 8, pinned: true);
        Array.Fill(found, -99);
        using KernelDevice device = KernelDevice.Simulator();
        using (GpuAugmenter gpu = new(device, options, 8))
        {
            fixed (byte* source = records)
            fixed (float* output = found)
            {
                float* aligned = (float*)(((nint)output + 15) & ~15) + shift;
                for (int repeat = 0; repeat < 2; repeat++)
                    gpu.Run<byte, float>((nint)source, 4, numbers, matrices, (nint)aligned, expected.Length);
                for (int i = 0; i < expected.Length; i++)
                    Assert.Equal(expected[i], aligned[i], 2e-2);
            }
        }

        Assert.Equal(8, found.Count(v => v == -99));
    }

    [Fact]
    public void What_is_wrong_is_named_before_anything_starts()
    {
        AugmenterOptions options = new() { SourceHeight = 4, SourceWidth = 4 };
        using KernelDevice device = KernelDevice.Simulator(), cpu = KernelDevice.Open("cpu");
        Assert.Contains("CpuAugmenter", Assert.Throws<ArgumentException>(() => new GpuAugmenter(cpu, options, 1)).Message);
        Assert.Contains("0", Assert.Throws<ArgumentException>(() => new GpuAugmenter(device, options, 0)).Message);
        GpuAugmenter gpu = new(device, options, 2);
        Matrix2x3[] three = [Matrix2x3.Identity, Matrix2x3.Identity, Matrix2x3.Identity];
        Assert.Contains("record 7", Assert.Throws<ArgumentException>(
            () => gpu.Run<byte, float>(1, 1, [7], three.AsSpan(0, 1), 1, 16)).Message);
        Assert.Contains("15 values", Assert.Throws<ArgumentException>(
            () => gpu.Run<byte, float>(1, 1, [0], three.AsSpan(0, 1), 1, 15)).Message);
        Assert.Contains("at most 2", Assert.Throws<ArgumentException>(() => gpu.Run<byte, float>(1, 1, [0, 0, 0], three, 1, 48))
            .Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => gpu.Run<byte, float>(0, 1, [0], three.AsSpan(0, 1), 1, 16));
        Assert.Contains("stream is 5", Assert.Throws<ArgumentException>(
            () => gpu.Run<byte, float>(1, 1, [0], three.AsSpan(0, 1), 1, 16, stream: 5)).Message);
        Assert.Contains("Double", Assert.Throws<ArgumentException>(
            () => gpu.Run<double, float>(1, 1, [0], three.AsSpan(0, 1), 1, 16)).Message);
        Assert.Contains("2 tones for 1", Assert.Throws<ArgumentException>(
            () => gpu.Run<byte, float>(1, 1, [0], three.AsSpan(0, 1), 1, 16, [Tone.Unchanged, Tone.Unchanged])).Message);
        Assert.Contains("15 values", Assert.Throws<ArgumentException>(() => gpu.RunMasks(1, 1, [0], three.AsSpan(0, 1), 1, 15))
            .Message);
        gpu.Dispose();
        gpu.Dispose();
        Assert.Throws<ObjectDisposedException>(() => gpu.Run<byte, float>(1, 1, [0], three.AsSpan(0, 1), 1, 16));
    }
}
