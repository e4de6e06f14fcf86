using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels.Tests;

public class CpuAugmenterTests
{
    private const double GreyLevels = 1e-2;

    /// <summary>Those that this processor has.</summary>
    public static TheoryData<SimdLevel> Levels => [.. Enum.GetValues<SimdLevel>().Where(IsHere)];

    [Fact]
    public void A_level_is_used_where_the_processor_has_it_and_refused_by_name_where_not()
    {
        foreach (SimdLevel level in Enum.GetValues<SimdLevel>())
        {
            AugmenterOptions options = Options(level, 3, 3);
            if (IsHere(level))
                new CpuAugmenter(options).Dispose();
            else
                Assert.Contains($"{level}", Assert.Throws<PlatformNotSupportedException>(() => new CpuAugmenter(options)).Message);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Bilinear_samples_stay_within_a_hundredth_of_a_grey_level_of_the_reference(SimdLevel level)
    {
        Random random = new(5);
        for (int round = 0; round < 150; round++)
        {
            (int width, int height) = (Side(random), Side(random));
            Matrix2x3 matrix = new RandomGeometry
            {
                Rotation = Math.PI,
                Zoom = 0.7,
                Shear = 0.5,
                Shift = 0.3,
                FlipHorizontal = 0.5,
            }
                .Draw(1, 0, round, width, height);
            CompareWithReference(level, width, height, width, height, matrix, (Border)(round % 5), Interpolation.Bilinear, round);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Samples_of_another_size_than_the_record_agree_with_the_reference_too(SimdLevel level)
    {
        Random random = new(6);
        for (int round = 0; round < 150; round++)
        {
            (int width, int height, int outputWidth, int outputHeight) = (Side(random), Side(random), Side(random), Side(random));
            Matrix2x3 matrix = Matrix2x3.Resize(width, height, outputWidth, outputHeight)
                .Then(Matrix2x3.Rotation(random.NextDouble(), outputWidth, outputHeight));
            CompareWithReference(level, width, height, outputWidth, outputHeight, matrix, (Border)(round % 5),
                Interpolation.Bilinear, round);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Nearest_samples_are_equal_to_the_reference_to_the_bit(SimdLevel level)
    {
        Random random = new(7);
        for (int round = 0; round < 50; round++)
        {
            (int width, int height) = (Side(random), Side(random));
            Matrix2x3 matrix = Matrix2x3.Rotation(random.NextDouble() * 7, width, height)
                .Then(Matrix2x3.Zoom(0.3 + random.NextDouble(), 2, width, height));
            CompareWithReference(level, width, height, width, height, matrix, (Border)(round % 5), Interpolation.Nearest, round);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void The_identity_and_a_rotation_by_0_and_zoom_by_1_only_standardise(SimdLevel level)
    {
        byte[] record = RandomBytes.Make(37 * 29);
        Matrix2x3 still = Matrix2x3.Rotation(0, 37, 29).Then(Matrix2x3.Zoom(1, 1, 37, 29));
        Matrix2x3 almost = Matrix2x3.Identity with { C = 1e-300 };
        using CpuAugmenter augmenter = new(Options(level, 37, 29) with { Mean = 120.5f, Deviation = 61.25f });
        float[] expected = [.. record.Select(v => MathF.FusedMultiplyAdd(v, (float)(1 / 61.25), (float)(-120.5 / 61.25)))];
        foreach (Matrix2x3 matrix in new[] { Matrix2x3.Identity, still, almost })
            Assert.Equal(expected, Run(augmenter, record, matrix));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Quarter_turns_and_flips_move_bytes_exactly(SimdLevel level)
    {
        const int Side = 33;
        byte[] record = RandomBytes.Make(Side * Side);
        using CpuAugmenter augmenter = new(Options(level, Side, Side));
        float[] turned = Run(augmenter, record, Matrix2x3.Rotation(Math.PI / 2, Side, Side));
        float[] flipped = Run(augmenter, record, Matrix2x3.FlipHorizontal(Side));
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                Assert.Equal(record[(x * Side) + Side - 1 - y], turned[(y * Side) + x]);
                Assert.Equal(record[(y * Side) + Side - 1 - x], flipped[(y * Side) + x]);
            }
        }

        for (int turn = 1; turn < 4; turn++)
            turned = Run(augmenter, [.. turned.Select(v => (byte)v)], Matrix2x3.Rotation(Math.PI / 2, Side, Side));
        Assert.Equal(record.Select(v => (float)v), turned);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Hand_computed_pixels_of_every_border(SimdLevel level)
    {
        // Half a pixel outside to the left of a row 10 20 30 40 (padded to vector width), and one and a half.
        byte[] record = [.. Enumerable.Range(1, 20).Select(v => (byte)(v * 10))];
        Matrix2x3 matrix = Matrix2x3.Shift(1.5, 0);
        Expect(Border.Reflect, 15, 10, 15);
        Expect(Border.Mirror, 25, 15, 15);
        Expect(Border.Nearest, 10, 10, 15);
        Expect(Border.Constant, 7, 8.5f, 15);
        Expect(Border.Wrap, 195, 200, 15);

        void Expect(Border border, params float[] values)
        {
            using CpuAugmenter augmenter = new(Options(level, 20, 1) with { Border = border, Fill = 7 });
            Assert.Equal(values, Run(augmenter, record, matrix)[..3]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Results_depend_on_neither_the_batch_nor_the_threads(int threads)
    {
        const int Width = 61, Height = 47, Count = 23;
        byte[] records = RandomBytes.Make(Width * Height * Count);
        int[] numbers = [.. Enumerable.Range(0, Count).Select(i => (i * 7) % Count)];
        Matrix2x3[] matrices = [.. numbers.Select(n => new RandomGeometry { Rotation = 1 }.Draw(1, 0, n, Width, Height))];
        float[] together = new float[Width * Height * Count];
        using CpuAugmenter many = new(Options(SimdLevel.Auto, Width, Height) with { Threads = threads });
        using CpuAugmenter one = new(Options(SimdLevel.Auto, Width, Height));
        for (int repeat = 0; repeat < 20; repeat++)
        {
            Array.Clear(together);
            many.Run(records, numbers, matrices, together);
        }

        float[] single = new float[Width * Height];
        for (int i = 0; i < Count; i++)
        {
            one.Run(records, numbers.AsSpan(i, 1), matrices.AsSpan(i, 1), single);
            Assert.Equal(single, together[(i * single.Length)..((i + 1) * single.Length)]);
        }
    }

    [Fact]
    public void A_batch_allocates_nothing()
    {
        const int Side = 64;
        byte[] records = RandomBytes.Make(Side * Side * 4);
        int[] numbers = [0, 1, 2, 3];
        Matrix2x3[] matrices = [.. numbers.Select(n => new RandomGeometry { Rotation = 1, Zoom = 0.5 }.Draw(1, 0, n, Side, Side))];
        float[] output = new float[records.Length];
        using CpuAugmenter augmenter = new(Options(SimdLevel.Auto, Side, Side));
        augmenter.Run(records, numbers, matrices, output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            augmenter.Run(records, numbers, matrices, output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static int Side(Random random) => random.Next(4) switch
    {
        0 => random.Next(1, 20),
        3 => random.Next(1, 1026) / random.Next(1, 8) + 1,
        _ => random.Next(1, 130),
    };

    private static void CompareWithReference(
        SimdLevel level, int width, int height, int outputWidth, int outputHeight, in Matrix2x3 matrix, Border border,
        Interpolation interpolation, int seed)
    {
        byte[] record = RandomBytes.Make(width * height, seed);
        AugmenterOptions options = Options(level, width, height) with
        {
            OutputWidth = outputWidth,
            OutputHeight = outputHeight,
            Border = border,
            Interpolation = interpolation,
            Fill = 33,
        };
        using CpuAugmenter augmenter = new(options);
        float[] found = Run(augmenter, record, matrix);
        double[] expected = new double[found.Length];
        WarpReference.Run<byte>(record, width, height, matrix, border, interpolation, 33, 0, 1, expected, outputWidth,
            outputHeight);
        double error = interpolation == Interpolation.Nearest ? 0 : GreyLevels;
        for (int i = 0; i < found.Length; i++)
        {
            if (!(Math.Abs(found[i] - expected[i]) <= error))
                Assert.Fail($"{width} x {height} -> {outputWidth} x {outputHeight}, {border}, {matrix}: pixel {i} is {found[i]}, not {expected[i]}");
        }
    }

    internal static AugmenterOptions Options(SimdLevel level, int width, int height) =>
        new() { SourceWidth = width, SourceHeight = height, Simd = level };

    private static bool IsHere(SimdLevel level) => level switch
    {
        SimdLevel.Avx512 => System.Runtime.Intrinsics.X86.Avx512BW.IsSupported,
        SimdLevel.Avx2 => System.Runtime.Intrinsics.X86.Avx2.IsSupported,
        _ => true,
    };

    private static float[] Run(CpuAugmenter augmenter, byte[] record, Matrix2x3 matrix)
    {
        float[] output = new float[augmenter.SampleValues];
        augmenter.Run(record, [0], [matrix], output);
        return output;
    }
}
