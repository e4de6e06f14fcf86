using System.Numerics;
using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels.Tests;

/// <summary>
/// The CPU's pass against the float64 reference: every record and sample type, channels, layouts, borders, tones.
/// </summary>
public class FusedPassTests
{
    public static TheoryData<SimdLevel> Levels => CpuAugmenterTests.Levels;

    [Theory]
    [MemberData(nameof(Levels))]
    public void Every_type_of_record_agrees_with_the_reference(SimdLevel level)
    {
        for (int round = 0; round < 120; round++)
        {
            AugmenterOptions options = Random(level, round);
            Compare(options, round, RandomRecords.Bytes(Values(options), round), 255, Tone.Unchanged);
            Compare(options, round, RandomRecords.Wide(Values(options), round), 65_535, Tone.Unchanged);
            Compare(options, round, RandomRecords.Floats(Values(options), round), 1, Tone.Unchanged);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Tones_with_gamma_and_noise_agree_with_the_reference(SimdLevel level)
    {
        for (int round = 0; round < 60; round++)
        {
            // Gamma steepens what lies near black without bound: it is compared where levels are exact.
            Interpolation interpolation = (Interpolation)(round % 2);
            AugmenterOptions options = Random(level, round) with
            {
                White = round % 4 == 0 ? 100 : 0,
                Interpolation = interpolation,
            };
            Tone tone = new RandomTone { Contrast = 0.5, Brightness = 30, Gamma = interpolation == Interpolation.Nearest ? 3 : 1, Noise = 20 }.Draw(3, 1, round);
            Compare(options, round, RandomRecords.Bytes(Values(options), round), 255, tone);
            Compare(options, round, RandomRecords.Wide(Values(options), round), 65_535, tone);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Sizes_up_to_1025_agree_with_the_reference(SimdLevel level)
    {
        int[] sides = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 223, 255, 257, 1023, 1024, 1025];
        for (int i = 0; i < sides.Length; i++)
        {
            AugmenterOptions options = CpuAugmenterTests.Options(level, sides[i], sides[^(1 + i)]) with
            {
                OutputWidth = sides[(i * 5) % sides.Length],
                OutputHeight = sides[(i * 7) % sides.Length],
                Border = (Border)(i % 5),
                Fill = 33.5f,
            };
            foreach (Interpolation interpolation in Enum.GetValues<Interpolation>())
            {
                AugmenterOptions o = options with { Interpolation = interpolation };
                Compare(o, i, RandomRecords.Bytes(Values(o), i), 255, Tone.Unchanged);
                Compare(o, i, RandomRecords.Wide(Values(o), i), 65_535, Tone.Unchanged);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Far_and_steep_matrices_agree_with_the_reference_on_every_border(SimdLevel level)
    {
        Random random = new(8);
        for (int round = 0; round < 80; round++)
        {
            AugmenterOptions options = Random(level, round) with { Border = (Border)(round % 5) };
            double reach = Math.Pow(10, random.Next(1, 5));
            Matrix2x3 matrix = new(Entry(3), Entry(3), Entry(reach), Entry(3), Entry(3), Entry(reach));
            Check(options, matrix, RandomRecords.Wide(Values(options), round), 65_535, Tone.Unchanged);
        }

        double Entry(double range) => ((random.NextDouble() * 2) - 1) * range;
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Samples_of_16_bits_are_the_float32_samples_rounded(SimdLevel level)
    {
        for (int round = 0; round < 30; round++)
        {
            AugmenterOptions options = Random(level, round);
            using CpuAugmenter augmenter = new(options);
            ushort[] record = RandomRecords.Wide(Values(options), round);
            Matrix2x3 matrix = Geometry(options, round);
            float[] exact = new float[augmenter.SampleValues];
            Half[] halves = new Half[exact.Length];
            BFloat16[] brains = new BFloat16[exact.Length];
            augmenter.Run(record, [0], [matrix], exact);
            augmenter.Run(record, [0], [matrix], halves);
            augmenter.Run(record, [0], [matrix], brains);
            Assert.Equal(exact.Select(v => (Half)v), halves);
            Assert.Equal(exact.Select(v => (BFloat16)v), brains);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Four_quarter_turns_two_flips_and_no_rotation_are_the_identity_for_every_type(SimdLevel level)
    {
        const int Side = 19;
        AugmenterOptions options = CpuAugmenterTests.Options(level, Side, Side) with
        {
            Channels = 3,
            Layout = ChannelLayout.Nhwc,
        };
        Identity(options, RandomRecords.Floats(Values(options), 1), Side);
        Identity(options with { Interpolation = Interpolation.Nearest }, RandomRecords.Floats(Values(options), 2), Side);
        Identity(options with { Channels = 1, Border = Border.Wrap }, RandomRecords.Floats(Side * Side, 3), Side);
    }

    [Fact]
    public void A_grey_record_becomes_three_standardised_channels()
    {
        using CpuAugmenter augmenter = new(new()
        {
            SourceHeight = 1,
            SourceWidth = 2,
            OutputChannels = 3,
            Mean = new(10, 20, 30),
            Deviation = new(1, 2, 4),
        });
        float[] sample = new float[6];
        augmenter.Run(new byte[] { 30, 50 }, [0], [Matrix2x3.Identity], sample);
        Assert.Equal([20, 40, 5, 15, 0, 5], sample);
    }

    [Fact]
    public void Hand_computed_channels_in_both_layouts()
    {
        byte[] record = [10, 20, 30, 50, 60, 70];
        AugmenterOptions options = new()
        {
            SourceHeight = 1,
            SourceWidth = 2,
            Channels = 3,
            Mean = new(0, 10, 20),
            Border = Border.Constant,
            Fill = new(0, 100, 200),
        };
        float[] sample = new float[6];
        using (CpuAugmenter planes = new(options))
            planes.Run(record, [0], [Matrix2x3.Shift(0.5, 0)], sample);
        Assert.Equal([5, 30, 50, 30, 95, 30], sample);
        using (CpuAugmenter pixels = new(options with { Layout = ChannelLayout.Nhwc }))
            pixels.Run(record, [0], [Matrix2x3.Shift(0.5, 0)], sample);
        Assert.Equal([5, 50, 95, 30, 30, 30], sample);
    }

    [Fact]
    public void Composing_matrices_equals_applying_them_where_pixels_meet_pixels()
    {
        // Whole shifts, flips and quarter turns move pixels without blending, so that two passes and one are the same picture.
        const int Side = 21;
        byte[] record = RandomBytes.Make(Side * Side);
        Matrix2x3 first = Matrix2x3.Rotation(Math.PI / 2, Side, Side),
        second = Matrix2x3.Shift(3, -2).Then(Matrix2x3.FlipVertical(Side));
        using CpuAugmenter augmenter = new(new() { SourceHeight = Side, SourceWidth = Side, Border = Border.Wrap, Interpolation = Interpolation.Nearest });
        float[] once = new float[Side * Side], step = new float[Side * Side], twice = new float[Side * Side];
        augmenter.Run(record, [0], [first.Then(second)], once);
        augmenter.Run(record, [0], [first], step);
        augmenter.Run(step, [0], [second], twice);
        Assert.Equal(twice, once);
    }

    internal static Matrix2x3 Geometry(AugmenterOptions o, int seed)
    {
        (int width, int height) =
            (o.OutputWidth == 0 ? o.SourceWidth : o.OutputWidth, o.OutputHeight == 0 ? o.SourceHeight : o.OutputHeight);
        RandomGeometry ranges = new()
        {
            Rotation = Math.PI,
            Zoom = 0.7,
            Shear = 0.5,
            Shift = 0.3,
            FlipHorizontal = 0.5,
            CropArea = 0.3,
        };
        return ranges.Draw(1, 0, seed, o.SourceWidth, o.SourceHeight, width, height);
    }

    internal static int Values(AugmenterOptions o) => o.SourceWidth * o.SourceHeight * o.Channels;

    internal static AugmenterOptions Random(SimdLevel level, int seed)
    {
        Random random = new(seed);
        int channels = random.Next(2) == 0 ? 1 : 3;
        return CpuAugmenterTests.Options(level, random.Next(1, 60), random.Next(1, 60)) with
        {
            OutputWidth = random.Next(1, 70),
            OutputHeight = random.Next(1, 40),
            Channels = channels,
            OutputChannels = random.Next(2) == 0 ? 0 : 3,
            Layout = (ChannelLayout)random.Next(2),
            Border = (Border)random.Next(5),
            Interpolation = (Interpolation)random.Next(2),
            Fill = new(33.5f, 7, 250),
            Mean = new(3, 100, 20),
            Deviation = new(1, 0.5f, 2),
        };
    }

    private static void Compare<T>(AugmenterOptions options, int seed, T[] record, double white, in Tone tone)
        where T : unmanaged, INumberBase<T> => Check(options, Geometry(options, seed), record, white, tone);

    private static void Check<T>(AugmenterOptions options, in Matrix2x3 matrix, T[] record, double white, in Tone tone)
        where T : unmanaged, INumberBase<T>
    {
        using CpuAugmenter augmenter = new(options);
        float[] found = new float[augmenter.SampleValues];
        augmenter.Run(record, [0], [matrix], found, [tone]);
        double[] expected = WarpReference.Sample<T>(options, record, matrix, tone);

        // A hundredth of a level of 255 (twice that where the deviation is a half); what is added to levels is in levels, too,
        // and float32 rounds.
        double error = options.Interpolation == Interpolation.Nearest ? 0 : white * 2e-2 / 255 * tone.Contrast;
        error += 3e-5 + (tone.Noise * 2e-5) + (2e-6 * expected.Max(Math.Abs));
        for (int i = 0; i < found.Length; i++)
        {
            if (!(Math.Abs(found[i] - expected[i]) <= error))
                Assert.Fail($"{typeof(T).Name}, {options}, {matrix}, {tone}: value {i} is {found[i]}, not {expected[i]}");
        }
    }

    private static void Identity(AugmenterOptions options, float[] record, int side)
    {
        using CpuAugmenter augmenter = new(options);
        Matrix2x3 quarter = Matrix2x3.Rotation(Math.PI / 2, side, side), flip = Matrix2x3.FlipHorizontal(side);
        Assert.Equal(record, Apply(Matrix2x3.Identity));
        Assert.Equal(record, Apply(Matrix2x3.Rotation(0, side, side).Then(Matrix2x3.Zoom(1, 1, side, side))));
        Assert.Equal(record, Apply(flip, flip));
        Assert.Equal(record, Apply(quarter, quarter, quarter, quarter));
        Assert.NotEqual(record, Apply(quarter));

        float[] Apply(params Matrix2x3[] matrices)
        {
            float[] image = record;
            foreach (Matrix2x3 matrix in matrices)
            {
                float[] next = new float[image.Length];
                augmenter.Run(image, [0], [matrix], next);
                image = next;
            }

            return image;
        }
    }
}
