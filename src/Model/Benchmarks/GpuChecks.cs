using ChestXray.Kernels;

namespace ChestXray.Model.Benchmarks;

/// <summary>
/// Every operation of a GPU against the CPU's pass, which the tests hold to the float64 reference. A sentence for each; throws
/// where one does not hold.
/// </summary>
internal static class GpuChecks
{
    private const int Records = 3;

    /// <param name="device">What runs the kernels.</param>
    /// <param name="quick">One border alone, for tests.</param>
    public static List<string> Run(KernelDevice device, bool quick)
    {
        List<string> sentences = [];
        Random random = new(1);
        foreach (Border border in quick ? [Border.Mirror] : Enum.GetValues<Border>())
        {
            foreach (Interpolation interpolation in quick ? [Interpolation.Bilinear] : Enum.GetValues<Interpolation>())
            {
                AugmenterOptions options = new()
                {
                    SourceHeight = 17,
                    SourceWidth = 25,
                    OutputHeight = 12,
                    OutputWidth = 20,
                    Border = border,
                    Interpolation = interpolation,
                    Fill = 0.5f,
                };
                Passes(device, options, new RandomTone { Contrast = 0.3, Gamma = interpolation == Interpolation.Nearest ? 2 : 1 }, random);
                AugmenterOptions colour = options with { Channels = 3, OutputWidth = 19, Layout = ChannelLayout.Nhwc };
                Passes(device, colour, new RandomTone { Contrast = 0.3, Noise = 0.02 }, random);
                Masks(device, options, random);
            }
        }

        sentences.Add($"The fused pass agrees with the CPU's: 3 record types, 3 sample types, {(quick ? 1 : 5)} borders, tones, noise, 1 and 3 channels.");
        sentences.Add("Masks are the CPU's to the bit on every border.");
        Resizes(device, random);
        sentences.Add("Both kinds of resize are within 1e-2 grey levels of the CPU's.");
        Loss(device, random);
        sentences.Add("The loss is within 1e-6 of the CPU's, its gradient within 2e-6 of each element.");
        return sentences;
    }

    private static void Passes(KernelDevice device, AugmenterOptions options, RandomTone tones, Random random)
    {
        int values = Records * options.SourceHeight * options.SourceWidth * options.Channels;
        byte[] bytes = new byte[values];
        random.NextBytes(bytes);
        All(bytes, 255);
        All<ushort>([.. bytes.Select(v => (ushort)(v * 257))], 65_535);
        All<float>([.. bytes.Select(v => v / 255f)], 1);

        void All<TRecord>(TRecord[] records, float white)
            where TRecord : unmanaged
        {
            AugmenterOptions scaled = options with { Mean = white / 2, Deviation = white / 4, Fill = options.Fill.First * white };
            RandomTone drawn = tones with { Noise = tones.Noise * white };
            Pass<TRecord, float>(device, scaled, drawn, records, v => v, 0);
            Pass<TRecord, Half>(device, scaled, drawn, records, v => (double)v, 1.0 / 1024);
            Pass<TRecord, BFloat16>(device, scaled, drawn, records, v => (float)v, 1.0 / 128);
        }
    }

    private static void Pass<TRecord, TSample>(
        KernelDevice device, AugmenterOptions options, RandomTone tones, TRecord[] records, Func<TSample, double> value,
        double relative)
        where TRecord : unmanaged
        where TSample : unmanaged
    {
        using CpuAugmenter cpu = new(options with { Simd = SimdLevel.Scalar });
        using GpuAugmenter gpu = new(device, options, Records);
        int[] numbers = [2, 0, 1];
        Matrix2x3[] matrices = [.. numbers.Select(n => new RandomGeometry { Rotation = 3, Zoom = 0.5, CropArea = 0.4 }
            .Draw(1, 0, n, options.SourceWidth, options.SourceHeight, options.OutputWidth, options.OutputHeight))];
        Tone[] drawn = [.. numbers.Select(n => tones.Draw(1, 0, n))];
        TSample[] expected = new TSample[Records * cpu.SampleValues], found = new TSample[expected.Length];
        cpu.Run(records, numbers, matrices, expected, drawn);
        using DeviceBuffer source = Upload(device, records), output = Upload(device, found);
        gpu.Run<TRecord, TSample>(source.Address, Records, numbers, matrices, output.Address, found.Length, drawn);
        output.CopyTo<TSample>(found);

        // A hundredth of a level of 255, in quarters of the range that standardising leaves.
        const double Error = 4 * 1e-2 / 255;
        for (int i = 0; i < found.Length; i++)
            Require(value(expected[i]), value(found[i]), Error +
                (relative * Math.Abs(value(expected[i]))), $"{typeof(TRecord).Name} to {typeof(TSample).Name}, {options}");
    }

    private static void Masks(KernelDevice device, AugmenterOptions options, Random random)
    {
        byte[] masks = new byte[options.SourceHeight * options.SourceWidth],
            expected = new byte[options.OutputHeight * options.OutputWidth], found = new byte[expected.Length];
        random.NextBytes(masks);
        Matrix2x3[] matrices = [Matrix2x3.Rotation(random.NextDouble() * 6, options.OutputWidth, options.OutputHeight)];
        using CpuAugmenter cpu = new(options);
        cpu.RunMasks(masks, [0], matrices, expected, outside: 9);
        using GpuAugmenter gpu = new(device, options, 1);
        using DeviceBuffer source = Upload(device, masks), output = Upload(device, found);
        gpu.RunMasks(source.Address, 1, [0], matrices, output.Address, found.Length, outside: 9);
        output.CopyTo<byte>(found);
        for (int i = 0; i < found.Length; i++)
            Require(expected[i], found[i], 0, $"masks, {options.Border}");
    }

    private static void Resizes(KernelDevice device, Random random)
    {
        byte[] image = new byte[50 * 40 * 3];
        random.NextBytes(image);
        float[] expected = new float[21 * 33 * 3], found = new float[expected.Length];
        using GpuResize gpu = new(device);
        using DeviceBuffer source = Upload(device, image), output = Upload(device, found);
        Resize.Bilinear(image, 50, 40, 3, expected, 21, 33);
        gpu.Bilinear(source.Address, 1, 50, 40, 3, output.Address, found.Length, 21, 33);
        Compare("bilinear");
        Resize.Antialias(image, 50, 40, 3, expected, 21, 33);
        gpu.Antialias(source.Address, 1, 50, 40, 3, output.Address, found.Length, 21, 33);
        Compare("antialias");

        void Compare(string kind)
        {
            output.CopyTo<float>(found);
            for (int i = 0; i < found.Length; i++)
                Require(expected[i], found[i], 1e-2, kind);
        }
    }

    private static void Loss(KernelDevice device, Random random)
    {
        const int Rows = 100, Classes = 14;
        WeightedBceOptions options = new()
        {
            Classes = Classes,
            Focal = 1.5,
            Smoothing = 0.1,
            PositiveWeights = Enumerable.Range(1, Classes).Select(v => (double)v).ToArray(),
        };
        float[] logits = [.. Enumerable.Range(0, Rows * Classes)
            .Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(5))))];
        float[] labels = [.. logits.Select(_ => (float)random.Next(2))], expected = new float[logits.Length],
            found = new float[logits.Length], sum = new float[1];
        double value = new WeightedBce(options).Run(logits, labels, expected);
        using GpuWeightedBce gpu = new(device, options);
        using DeviceBuffer z = Upload(device, logits), y = Upload(device, labels), slope = Upload(device, found),
            loss = Upload(device, sum);
        gpu.Run(z.Address, y.Address, slope.Address, Rows, loss.Address);
        slope.CopyTo<float>(found);
        loss.CopyTo<float>(sum);
        Require(value, sum[0], 1e-6 * value, "loss");
        for (int i = 0; i < found.Length; i++)
            Require(expected[i], found[i], (2e-6 * Math.Abs(expected[i])) + 1e-7, "gradient");
    }

    private static DeviceBuffer Upload<T>(KernelDevice device, T[] values)
        where T : unmanaged
    {
        DeviceBuffer buffer = new(device, values.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        buffer.CopyFrom<T>(values);
        return buffer;
    }

    private static void Require(double expected, double found, double error, string what)
    {
        if (!(Math.Abs(expected - found) <= error))
            throw new InvalidOperationException($"{what}: the GPU has {found} where the CPU has {expected}; {error} is allowed. Nothing is timed while results are wrong.");
    }
}
