using System.Numerics;
using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels.Tests;

/// <summary>The GPU's kernels on ILGPU's CPU accelerator, through the public surface, against the float64 reference.</summary>
public sealed class WarpKernelTests : IDisposable
{
    private readonly KernelDevice _device = KernelDevice.Simulator();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Bytes_agree_with_the_reference() => CompareAll(RandomRecords.Bytes, 255);

    [Fact]
    public void Records_of_16_bits_agree_with_the_reference() => CompareAll(RandomRecords.Wide, 65_535);

    [Fact]
    public void Records_of_floats_agree_with_the_reference() => CompareAll(RandomRecords.Floats, 1);

    [Theory]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Nearest)]
    public void Every_border_agrees_with_the_reference_in_four_columns_and_in_one(Interpolation interpolation)
    {
        Random random = new(3);
        for (int round = 0; round < 30; round++)
        {
            AugmenterOptions options = new()
            {
                SourceWidth = random.Next(1, 40),
                SourceHeight = random.Next(1, 40),
                OutputWidth = random.Next(2) == 0 ? 4 * random.Next(1, 8) : random.Next(1, 30),
                OutputHeight = random.Next(1, 20),
                Border = (Border)(round % 5),
                Interpolation = interpolation,
                Fill = 33,
            };
            Compare<byte, float>(options, RandomRecords.Bytes(FusedPassTests.Values(options), round), round, 255, v => v, 0,
                Tone.Unchanged);
        }
    }

    [Fact]
    public void Samples_of_16_bits_are_rounded_to_the_nearest()
    {
        for (int round = 0; round < 12; round++)
        {
            AugmenterOptions options = FusedPassTests.Random(SimdLevel.Auto, round) with
            {
                OutputWidth = 4 * (1 + round),
                Mean = 3,
                Deviation = 1,
            };
            byte[] record = RandomRecords.Bytes(FusedPassTests.Values(options), round);
            Compare<byte, Half>(options, record, round, 255, v => (double)v, 1.0 / 2048, Tone.Unchanged);
            Compare<byte, BFloat16>(options, record, round, 255, v => (float)v, 1.0 / 256, Tone.Unchanged);
        }
    }

    [Fact]
    public void Tones_with_gamma_and_noise_agree_with_the_reference()
    {
        for (int round = 0; round < 12; round++)
        {
            AugmenterOptions options = FusedPassTests.Random(SimdLevel.Auto, round) with
            {
                Interpolation = Interpolation.Nearest,
            };
            Tone tone = new RandomTone { Contrast = 0.5, Brightness = 30, Gamma = 2, Noise = 20 }.Draw(3, 1, round);
            Compare<byte, float>(options, RandomRecords.Bytes(FusedPassTests.Values(options), round), round, 255, v => v, 0,
                tone);
        }
    }

    [Fact]
    public void Masks_are_the_CPU_s_to_the_bit()
    {
        for (int round = 0; round < 15; round++)
        {
            AugmenterOptions options = FusedPassTests.Random(SimdLevel.Scalar, round);
            int pixels = options.SourceWidth * options.SourceHeight;
            byte[] masks = RandomBytes.Make(2 * pixels, round),
            expected = new byte[2 * options.OutputWidth * options.OutputHeight], found = new byte[expected.Length];
            Matrix2x3[] matrices = [FusedPassTests.Geometry(options, round), FusedPassTests.Geometry(options, round + 1)];
            using (CpuAugmenter cpu = new(options))
                cpu.RunMasks(masks, [1, 0], matrices, expected, outside: 77);
            using DeviceBuffer source = Upload(masks), output = new(_device, found.Length);
            using GpuAugmenter gpu = new(_device, options, 2);
            gpu.RunMasks(source.Address, 2, [1, 0], matrices, output.Address, found.Length, outside: 77);
            output.CopyTo<byte>(found);
            Assert.Equal(expected, found);
        }
    }

    private void CompareAll<T>(Func<int, int, T[]> make, double white)
        where T : unmanaged, INumberBase<T>
    {
        for (int round = 0; round < 25; round++)
        {
            AugmenterOptions options = FusedPassTests.Random(SimdLevel.Auto, round);
            Compare<T, float>(options, make(FusedPassTests.Values(options), round), round, white, v => v, 0, Tone.Unchanged);
        }
    }

    private void Compare<TRecord, TSample>(
        AugmenterOptions options, TRecord[] record, int seed, double white, Func<TSample, double> value, double relative,
        in Tone tone)
        where TRecord : unmanaged, INumberBase<TRecord>
        where TSample : unmanaged
    {
        Matrix2x3 matrix = FusedPassTests.Geometry(options, seed);
        double[] expected = WarpReference.Sample<TRecord>(options, record, matrix, tone);
        TSample[] found = new TSample[expected.Length];
        using (DeviceBuffer source = Upload(record), output = Upload(found))
        using (GpuAugmenter gpu = new(_device, options, 1))
        {
            gpu.Run<TRecord, TSample>(source.Address, 1, [0], [matrix], output.Address, found.Length, [tone]);
            output.CopyTo<TSample>(found);
        }

        double error = (options.Interpolation == Interpolation.Nearest ? 0 : white * 2e-2 / 255) + 3e-5 + (tone.Noise * 2e-5) +
            (2e-6 * expected.Max(Math.Abs));
        for (int i = 0; i < found.Length; i++)
        {
            if (!(Math.Abs(value(found[i]) - expected[i]) <= error + (relative * Math.Abs(expected[i]))))
                Assert.Fail($"{typeof(TRecord).Name} to {typeof(TSample).Name}, {options}, {matrix}, {tone}: value {i} is {found[i]}, not {expected[i]}");
        }
    }

    private DeviceBuffer Upload<T>(T[] values)
        where T : unmanaged
    {
        DeviceBuffer buffer = new(_device, values.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        buffer.CopyFrom<T>(values);
        return buffer;
    }
}
