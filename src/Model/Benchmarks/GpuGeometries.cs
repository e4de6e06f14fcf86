using System.Runtime.InteropServices;
using ChestXray.Kernels;

namespace ChestXray.Model.Benchmarks;

/// <summary>
/// Random sizes, layouts, borders and matrices on a GPU against the CPU's pass, with guard bytes around each output.
/// </summary>
internal static class GpuGeometries
{
    private const int GuardBytes = 256, Records = 3, Samples = 2;
    private const byte Guard = 0xA5;
    private const double MostLevels = 2e-2;

    /// <summary>Compares; a sentence on what holds.</summary>
    /// <param name="device">What runs the kernels.</param>
    /// <param name="rounds">How many geometries.</param>
    /// <exception cref="JobException">A pixel differs, or a byte beside an output was written.</exception>
    public static string Run(KernelDevice device, int rounds)
    {
        Random random = new(7);
        double largest = 0;
        for (int round = 0; round < rounds; round++)
            largest = Math.Max(largest, Compare(device, Options(random), random, round));
        return FormattableString.Invariant($"{rounds:N0} random geometries are within {largest:0.0000} grey levels of the CPU's, ") +
            "and no byte beside an output was written.";
    }

    private static AugmenterOptions Options(Random random)
    {
        int channels = random.Next(2) == 0 ? 1 : 3;
        return new()
        {
            SourceHeight = random.Next(5, 60),
            SourceWidth = random.Next(5, 60),
            OutputHeight = random.Next(5, 60),
            OutputWidth = random.Next(2) == 0 ? 4 * random.Next(1, 15) : random.Next(5, 60),
            Channels = channels,
            Layout = random.Next(2) == 0 ? ChannelLayout.Nchw : ChannelLayout.Nhwc,
            Border = Enum.GetValues<Border>()[random.Next(5)],
            Fill = random.Next(256),
        };
    }

    private static double Compare(KernelDevice device, AugmenterOptions options, Random random, int round)
    {
        byte[] records = new byte[Records * options.SourceHeight * options.SourceWidth * options.Channels];
        random.NextBytes(records);
        int[] numbers = [random.Next(Records), random.Next(Records)];
        RandomGeometry geometry = new() { Rotation = 3, Zoom = 0.5, CropArea = 0.4 };
        Matrix2x3[] matrices = [.. numbers.Select((number, i) => geometry.Draw(
            (ulong)round, i, number, options.SourceWidth, options.SourceHeight, options.OutputWidth, options.OutputHeight))];
        using CpuAugmenter cpu = new(options with { Simd = SimdLevel.Scalar });
        float[] expected = new float[Samples * cpu.SampleValues];
        cpu.Run(records, numbers, matrices, expected);

        byte[] memory = new byte[(expected.Length * sizeof(float)) + (2 * GuardBytes)];
        memory.AsSpan().Fill(Guard);
        using DeviceBuffer source = new(device, records.Length), output = new(device, memory.Length);
        using GpuAugmenter gpu = new(device, options, Samples);
        source.CopyFrom<byte>(records);
        output.CopyFrom<byte>(memory);
        gpu.Run<byte, float>(source.Address, Records, numbers, matrices, output.Address + GuardBytes, expected.Length);
        output.CopyTo<byte>(memory);
        ReadOnlySpan<byte> before = memory.AsSpan(0, GuardBytes), after = memory.AsSpan(^GuardBytes..);
        if (before.IndexOfAnyExcept(Guard) >= 0 || after.IndexOfAnyExcept(Guard) >= 0)
            throw new JobException($"Geometry {round} ({options}): a byte beside the output was written.");
        ReadOnlySpan<float> found = MemoryMarshal.Cast<byte, float>(memory.AsSpan(GuardBytes..^GuardBytes));
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
            largest = Math.Max(largest, Math.Abs(expected[i] - found[i]));
        return largest <= MostLevels
            ? largest
            : throw new JobException(
                $"Geometry {round} ({options}): a pixel is {largest} grey levels off; {MostLevels} are allowed.");
    }
}
