namespace ChestXray.Kernels.Tests;

public class OutputAndToneTests
{
    private static readonly AugmenterOptions _options = new() { SourceHeight = 31, SourceWidth = 45, Mean = 100, Deviation = 50 };
    private static readonly Matrix2x3[] _matrices = [Matrix2x3.Rotation(0.3, 45, 31), Matrix2x3.Identity];
    private static readonly int[] _numbers = [1, 0];

    [Fact]
    public void Samples_of_16_bits_are_the_float32_samples_rounded()
    {
        byte[] records = RandomBytes.Make(2 * 31 * 45);
        float[] exact = new float[records.Length];
        Half[] halves = new Half[records.Length];
        BFloat16[] brains = new BFloat16[records.Length];
        using CpuAugmenter augmenter = new(_options with { Threads = 2 });
        augmenter.Run(records, _numbers, _matrices, exact);
        augmenter.Run(records, _numbers, _matrices, halves);
        augmenter.Run(records, _numbers, _matrices, brains);
        Assert.Equal(exact.Select(v => (Half)v), halves);
        Assert.Equal(exact.Select(v => (BFloat16)v), brains);
    }

    [Fact]
    public void A_tone_scales_about_the_mean_and_adds()
    {
        byte[] records = RandomBytes.Make(2 * 31 * 45);
        float[] plain = new float[records.Length], toned = new float[records.Length];
        using CpuAugmenter augmenter = new(_options);
        augmenter.Run(records, _numbers, _matrices, plain);
        augmenter.Run(records, _numbers, _matrices, toned, [new Tone(1.5f, 25), Tone.Unchanged]);
        int half = records.Length / 2;
        for (int i = 0; i < half; i++)
            Assert.Equal((plain[i] * 1.5f) + 0.5f, toned[i], 1e-5f);
        Assert.Equal(plain[half..], toned[half..]);
    }

    [Fact]
    public void Tones_that_cannot_be_used_are_named()
    {
        using CpuAugmenter augmenter = new(_options);
        byte[] records = new byte[31 * 45];
        float[] output = new float[31 * 45];
        Assert.Contains("2 tones for 1", Refused([Tone.Unchanged, Tone.Unchanged]));
        Assert.Contains("NaN", Refused([new Tone(float.NaN, 0)]));
        Assert.Contains("-1", Refused([new Tone(-1, 0)]));
        Assert.Contains("Gamma = 0", Refused([Tone.Unchanged with { Gamma = 0 }]));
        Assert.Contains("Noise = -2", Refused([Tone.Unchanged with { Noise = -2 }]));
        Assert.Contains("Contrast = 0", Refused([default]));

        string Refused(Tone[] tones) =>
            Assert.Throws<ArgumentException>(() => augmenter.Run(records, [0], [Matrix2x3.Identity], output, tones)).Message;
    }

    [Fact]
    public void A_number_stands_for_every_channel_and_a_channel_that_does_not_exist_is_named()
    {
        PerChannel same = 7, own = new(1, 2, 3);
        Assert.Equal(new PerChannel(7, 7, 7), same);
        Assert.Equal([1f, 2f, 3f], new[] { own[0], own[1], own[2] });
        Assert.Contains("channel 3", Assert.Throws<ArgumentOutOfRangeException>(() => own[3]).Message);
    }

    [Fact]
    public void A_batch_of_every_kind_allocates_nothing()
    {
        float[] records = new float[2 * 31 * 45 * 3];
        Half[] output = new Half[records.Length];
        byte[] masks = new byte[2 * 31 * 45], moved = new byte[2 * 31 * 45];
        Tone[] tones = [new Tone(1, 0) { Gamma = 2, Noise = 3 }, Tone.Unchanged];
        using CpuAugmenter augmenter = new(_options with { Channels = 3, Layout = ChannelLayout.Nhwc, Threads = 2 });
        Pass();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            Pass();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Pass()
        {
            augmenter.Run(records, _numbers, _matrices, output, tones);
            augmenter.RunMasks(masks, _numbers, _matrices, moved);
        }
    }
}
