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
    public void A_plan_that_lies_on_the_device_already_gives_the_same_batch()
    {
        AugmenterOptions options = new() { SourceHeight = 12, SourceWidth = 16, Mean = 10, Deviation = 2 };
        byte[] records = RandomBytes.Make(3 * 12 * 16);
        int[] numbers = [2, 0];
        Matrix2x3[] matrices = [.. numbers.Select(n => new RandomGeometry { Rotation = 2 }.Draw(1, 0, n, 16, 12))];
        using KernelDevice device = KernelDevice.Simulator();
        using GpuAugmenter gpu = new(device, options, 4);
        using DeviceBuffer source = new(device, records.Length), output = new(device, 2 * 12 * 16 * sizeof(float));
        source.CopyFrom<byte>(records);
        gpu.Run<byte, float>(source.Address, 3, numbers, matrices, output.Address, 2 * 12 * 16);
        float[] expected = new float[2 * 12 * 16], found = new float[expected.Length];
        output.CopyTo<float>(expected);
        output.CopyFrom<float>(found);

        byte[] plan = new byte[2 * AugmentPlan.SampleBytes];
        AugmentPlan planner = new(options);
        Assert.True(planner.Write(3, numbers, matrices, [], plan));
        using DeviceBuffer planned = new(device, plan.Length);
        planned.CopyFrom<byte>(plan);
        gpu.Launch<byte, float>(source.Address, 3, planned.Address, 2, true, output.Address, expected.Length);
        output.CopyTo<float>(found);
        Assert.Equal(expected, found);

        Assert.False(planner.Write(3, numbers, matrices, [Tone.Unchanged, Tone.Unchanged with { Gamma = 2 }], plan));
        Assert.Contains("record 3", Assert.Throws<ArgumentException>(
            () => planner.Write(3, [3], matrices.AsSpan(0, 1), [], plan)).Message);
        Assert.Contains("2 samples need", Assert.Throws<ArgumentException>(
            () => planner.Write(3, numbers, matrices, [], plan.AsSpan(1))).Message);
        Assert.Contains("multiple of 256", Assert.Throws<ArgumentException>(
            () => gpu.Launch<byte, float>(source.Address, 3, planned.Address + 1, 2, true, output.Address, expected.Length)).Message);
        Assert.Contains("383 values", Assert.Throws<ArgumentException>(
            () => gpu.Launch<byte, float>(source.Address, 3, planned.Address, 2, true, output.Address, 383)).Message);
        Assert.Contains("at most 4", Assert.Throws<ArgumentException>(
            () => gpu.Launch<byte, float>(source.Address, 3, planned.Address, 5, true, output.Address, 5 * 192)).Message);
    }

    [Fact]
    public void Batches_that_follow_each_other_closely_keep_their_own_plans()
    {
        AugmenterOptions options = new() { SourceHeight = 4, SourceWidth = 4, Interpolation = Interpolation.Nearest };
        byte[] records = [.. Enumerable.Range(0, 20).SelectMany(record => Enumerable.Repeat((byte)record, 16))];
        using KernelDevice device = KernelDevice.Simulator();
        using GpuAugmenter gpu = new(device, options, 1);
        using DeviceBuffer source = new(device, records.Length), output = new(device, 20 * 16 * sizeof(float));
        source.CopyFrom<byte>(records);
        for (int i = 0; i < 20; i++)
            gpu.Run<byte, float>(source.Address, 20, [i], [Matrix2x3.Identity], output.Address + (i * 64), 16);
        float[] found = new float[20 * 16];
        output.CopyTo<float>(found);
        Assert.Equal(records.Select(level => (float)level), found);
    }

    [Fact]
    public void Streams_and_events_of_the_simulator_are_done_at_once_and_copies_take_any_address()
    {
        using KernelDevice device = KernelDevice.Simulator(), cpu = KernelDevice.Open("cpu");
        using DeviceStream stream = new(device);
        using DeviceEvent done = new(device);
        byte[] from = RandomBytes.Make(64), to = new byte[64];
        fixed (byte* source = from)
        fixed (byte* target = to)
        {
            device.Copy((nint)target, (nint)source, 60, stream.Handle);
            done.Record(stream.Handle);
            done.HoldBack(0);
            Assert.True(done.IsDone());
            done.Wait();
            stream.Synchronize();
        }

        Assert.Equal(from.Take(60).Concat(new byte[4]), to);
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Copy(0, 1, 1));
        Assert.Contains("cpu", Assert.Throws<ArgumentException>(() => new DeviceStream(cpu)).Message);
        Assert.Contains("cpu", Assert.Throws<ArgumentException>(() => new DeviceEvent(cpu)).Message);
        Assert.Equal(0, device.CudaContext);
        Assert.InRange(device.Examine().FreeBytes, 1, device.Examine().TotalBytes);
    }

    [Fact]
    public void An_error_of_the_driver_has_its_number_and_its_word()
    {
        DriverException error = new("cuMemAlloc of 5 bytes", 2);
        Assert.Equal("cuMemAlloc of 5 bytes of the CUDA driver failed with error 2 (out of memory); 0 is success.", error.Message);
        Assert.True(error.IsOutOfMemory);
        Assert.False(error.IsDeviceLost);
        Assert.True(new DriverException("a launch", 719).IsDeviceLost);
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
