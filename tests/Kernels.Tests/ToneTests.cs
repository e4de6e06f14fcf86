using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels.Tests;

public unsafe class ToneTests
{
    [Fact]
    public void The_default_range_draws_no_change() =>
        Assert.Equal(Tone.Unchanged with { Key = new(1, 2, 3) }, new RandomTone().Draw(1, 2, 3));

    [Fact]
    public void Tones_are_drawn_within_their_ranges_and_by_record()
    {
        RandomTone ranges = new() { Contrast = 0.25, Brightness = 10, Gamma = 2, Noise = 4 };
        Tone[] drawn = [.. Enumerable.Range(0, 1000).Select(record => ranges.Draw(1, 0, record))];
        Assert.InRange(drawn.Min(t => t.Contrast), 0.75f, 0.76f);
        Assert.InRange(drawn.Max(t => t.Contrast), 1.24f, 1.25f);
        Assert.InRange(drawn.Min(t => t.Brightness), -10, -9.9f);
        Assert.InRange(drawn.Max(t => t.Brightness), 9.9f, 10);
        Assert.InRange(drawn.Min(t => t.Gamma), 0.5f, 0.51f);
        Assert.InRange(drawn.Max(t => t.Gamma), 1.97f, 2);
        Assert.InRange(drawn.Min(t => t.Noise), 0, 0.05f);
        Assert.InRange(drawn.Max(t => t.Noise), 3.95f, 4);
        Assert.Equal(drawn[7], ranges.Draw(1, 0, 7));
        Assert.NotEqual(drawn[7].Contrast, ranges.Draw(2, 0, 7).Contrast);
    }

    [Fact]
    public void A_range_that_does_not_exist_is_named()
    {
        Assert.Contains("Contrast is 2", Bad(new() { Contrast = 2 }));
        Assert.Contains("Brightness is NaN", Bad(new() { Brightness = double.NaN }));
        Assert.Contains("Gamma is 0.5", Bad(new() { Gamma = 0.5 }));
        Assert.Contains("Noise is -1", Bad(new() { Noise = -1 }));

        static string Bad(RandomTone ranges) => Assert.Throws<ArgumentOutOfRangeException>(() => ranges.Draw(0, 0, 0)).Message;
    }

    [Fact]
    public void Hand_computed_gamma()
    {
        using CpuAugmenter augmenter = new(new() { SourceHeight = 1, SourceWidth = 4, Mean = 51, Deviation = 2 });
        float[] sample = new float[4];
        augmenter.Run(new byte[] { 0, 51, 102, 255 }, [0], [Matrix2x3.Identity], sample, [new Tone(2, 1) { Gamma = 2 }]);

        // 255 * (v / 255)^2 is 0, 10.2, 40.8, 255; then (v - 51) * 2 + 1, halved.
        Assert.Equal(-50.5f, sample[0], 1e-4f);
        Assert.Equal(-40.3f, sample[1], 1e-4f);
        Assert.Equal(-9.7f, sample[2], 1e-4f);
        Assert.Equal(204.5f, sample[3], 1e-4f);
    }

    [Fact]
    public void The_same_normal_numbers_come_from_the_reference_the_scalar_code_and_the_vectors()
    {
        bool hasVectors = System.Runtime.Intrinsics.X86.Avx2.IsSupported;
        RandomKey key = new(0x1234_5678_9ABC_DEF0, 3, 77);
        float* vectors = stackalloc float[ToneVectors.Block];
        for (int pixel = 0; pixel < 20_000; pixel += ToneVectors.Block)
        {
            if (hasVectors)
                ToneVectors.Normals(3, 77, 1, (uint)pixel, 0x9ABC_DEF0, 0x1234_5678, vectors);
            for (int i = 0; i < ToneVectors.Block; i++)
            {
                double expected = ToneReference.Normal(key, 1, pixel + i);
                if (hasVectors)
                    Assert.Equal(expected, vectors[i], 1e-5);
                Assert.Equal(expected, ToneMaths.Normal(3, 77, 1, (uint)(pixel + i), 0x9ABC_DEF0, 0x1234_5678), 1e-5);
            }
        }
    }

    [Fact]
    public void Noise_has_the_moments_of_a_normal_distribution_and_channels_of_their_own()
    {
        const int Side = 256;
        using CpuAugmenter augmenter = new(new() { SourceHeight = Side, SourceWidth = Side, Channels = 3 });
        float[] sample = new float[3 * Side * Side];
        augmenter.Run(new byte[sample.Length], [0], [Matrix2x3.Identity], sample, [Tone.Unchanged with { Noise = 5, Key = new(1, 2, 3) }]);
        double mean = sample.Average(), variance = sample.Average(v => v * v), fourth = sample.Average(v => Math.Pow(v / 5, 4));
        double between = Enumerable.Range(0, Side * Side).Average(i => sample[i] * sample[(Side * Side) + i]);

        // Of 196,608 draws: four standard errors each.
        Assert.InRange(mean, -0.045, 0.045);
        Assert.InRange(variance, 25 * 0.987, 25 * 1.013);
        Assert.InRange(fourth, 2.91, 3.09);
        Assert.InRange(between, -25 * 0.016, 25 * 0.016);
    }

    [Fact]
    public void Noise_depends_on_the_key_alone()
    {
        const int Side = 20, Count = 5;
        byte[] records = RandomBytes.Make(Count * Side * Side);
        int[] numbers = [.. Enumerable.Range(0, Count)];
        Matrix2x3[] matrices = [.. numbers.Select(_ => Matrix2x3.Identity)];
        Tone[] tones = [.. numbers.Select(n => Tone.Unchanged with { Noise = 9, Key = new(4, 1, n) })];
        float[] together = new float[records.Length], alone = new float[Side * Side], other = new float[Side * Side];
        using CpuAugmenter many = new(new() { SourceHeight = Side, SourceWidth = Side, Threads = 3 }), one = new(new() { SourceHeight = Side, SourceWidth = Side });
        many.Run(records, numbers, matrices, together, tones);
        for (int i = 0; i < Count; i++)
        {
            one.Run(records, numbers.AsSpan(i, 1), matrices.AsSpan(i, 1), alone, tones.AsSpan(i, 1));
            Assert.Equal(alone, together[(i * alone.Length)..((i + 1) * alone.Length)]);
        }

        one.Run(records, numbers.AsSpan(4, 1), matrices.AsSpan(0, 1), other, [tones[4] with { Key = new(4, 2, 4) }]);
        Assert.NotEqual(alone, other);
    }
}
