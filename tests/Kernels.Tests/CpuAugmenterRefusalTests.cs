namespace ChestXray.Kernels.Tests;

public class CpuAugmenterRefusalTests
{
    private static readonly AugmenterOptions _options = new() { SourceHeight = 20, SourceWidth = 30 };

    [Fact]
    public void A_record_that_does_not_exist_is_named()
    {
        Assert.Contains("record 2; there are 2", Refused([0, 2], [Matrix2x3.Identity, Matrix2x3.Identity]));
        Assert.Contains("record -1", Refused([0, -1], [Matrix2x3.Identity, Matrix2x3.Identity]));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e300)]
    [InlineData(1e7)]
    [InlineData(0)]
    public void A_matrix_that_cannot_be_used_is_named(double entry) =>
        Assert.Contains("Sample 1", Refused([0, 0], [Matrix2x3.Identity, Matrix2x3.Identity with { A = entry }]));

    [Fact]
    public void One_matrix_per_sample_is_asked_for() =>
        Assert.Contains("1 matrices for 2", Refused([0, 1], [Matrix2x3.Identity]));

    [Fact]
    public void A_destination_that_is_too_small_is_refused_before_anything_is_written()
    {
        using CpuAugmenter augmenter = new(_options);
        float[] small = new float[599];
        ArgumentException error =
            Assert.Throws<ArgumentException>(() => augmenter.Run(new byte[600], [0], [Matrix2x3.Identity], small));
        Assert.Contains("599", error.Message);
        Assert.Contains("600", error.Message);
    }

    [Fact]
    public void Bytes_that_are_not_whole_records_are_refused()
    {
        using CpuAugmenter augmenter = new(_options);
        Assert.Contains("601", Assert.Throws<ArgumentException>(
            () => augmenter.Run(new byte[601], [0], [Matrix2x3.Identity], new float[600])).Message);
    }

    [Fact]
    public unsafe void Addresses_are_checked()
    {
        using CpuAugmenter augmenter = new(_options);
        Assert.Throws<ArgumentNullException>(() => augmenter.Run((byte*)null, 1, [0], [Matrix2x3.Identity], new float[600]));
        byte pixel = 0;
        byte* address = &pixel;
        Assert.Throws<ArgumentException>(() => augmenter.Run(address, -1, [0], [Matrix2x3.Identity], new float[600]));
    }

    [Fact]
    public void Types_that_are_no_pixels_are_refused_by_name()
    {
        using CpuAugmenter augmenter = new(_options);
        Assert.Contains("Int16", Assert.Throws<ArgumentException>(
            () => augmenter.Run(new short[600], [0], [Matrix2x3.Identity], new float[600])).Message);
        Assert.Contains("Double", Assert.Throws<ArgumentException>(
            () => augmenter.Run(new byte[600], [0], [Matrix2x3.Identity], new double[600])).Message);
    }

    [Fact]
    public void Masks_of_the_wrong_length_are_refused()
    {
        using CpuAugmenter augmenter = new(_options with { Channels = 3 });
        Assert.Contains("601", Assert.Throws<ArgumentException>(
            () => augmenter.RunMasks(new byte[601], [0], [Matrix2x3.Identity], new byte[600])).Message);
        Assert.Contains("599", Assert.Throws<ArgumentException>(
            () => augmenter.RunMasks(new byte[600], [0], [Matrix2x3.Identity], new byte[599])).Message);
        Assert.Contains("record 1", Assert.Throws<ArgumentException>(
            () => augmenter.RunMasks(new byte[600], [1], [Matrix2x3.Identity], new byte[600])).Message);
    }

    [Fact]
    public void An_empty_batch_writes_nothing()
    {
        using CpuAugmenter augmenter = new(_options);
        augmenter.Run(ReadOnlySpan<byte>.Empty, [], [], Span<float>.Empty);
    }

    [Fact]
    public void A_disposed_instance_says_so()
    {
        CpuAugmenter augmenter = new(_options with { Threads = 3 });
        augmenter.Dispose();
        augmenter.Dispose();
        Assert.Throws<ObjectDisposedException>(() => augmenter.Run(new byte[600], [0], [Matrix2x3.Identity], new float[600]));
    }

    [Fact]
    public void Every_option_is_checked_and_named()
    {
        Assert.Contains("SourceHeight is 0", Bad(_options with { SourceHeight = 0 }));
        Assert.Contains("SourceWidth is 40000", Bad(_options with { SourceWidth = 40_000 }));
        Assert.Contains("OutputWidth is -1", Bad(_options with { OutputWidth = -1 }));
        Assert.Contains("Deviation is PerChannel { First = 0", Bad(_options with { Deviation = 0 }));
        Assert.Contains("Deviation is PerChannel { First = NaN", Bad(_options with { Deviation = float.NaN }));
        Assert.Contains("Mean is PerChannel { First = Infinity", Bad(_options with { Mean = float.PositiveInfinity }));
        Assert.Contains("Fill is PerChannel { First = NaN", Bad(_options with { Fill = float.NaN }));
        Assert.Contains("Channels is 2", Bad(_options with { Channels = 2 }));
        Assert.Contains("OutputChannels is 1 with 3", Bad(_options with { Channels = 3, OutputChannels = 1 }));
        Assert.Contains("Deviation is PerChannel { First = 1, Second = 0", Bad(_options with { Deviation = new(1, 0, 1) }));
        Assert.Contains("White is -1", Bad(_options with { White = -1 }));
        Assert.Contains("ChannelLayout 9", Bad(_options with { Layout = (ChannelLayout)9 }));
        Assert.Contains("32767 x 32767 x 3", Bad(_options with { OutputHeight = 32_767, OutputWidth = 32_767, Channels = 3 }));
        Assert.Contains("Threads is 0", Bad(_options with { Threads = 0 }));
        Assert.Contains("Border 9", Bad(_options with { Border = (Border)9 }));
        Assert.Contains("Interpolation 9", Bad(_options with { Interpolation = (Interpolation)9 }));
        Assert.Contains("SimdLevel 9", Bad(_options with { Simd = (SimdLevel)9 }));

        static string Bad(AugmenterOptions options) => Assert.Throws<ArgumentException>(() => new CpuAugmenter(options)).Message;
    }

    [Fact]
    public void Random_matrices_huge_and_infinite_ones_included_never_write_outside_the_destination()
    {
        Random random = new(9);
        for (int round = 0; round < 1200; round++)
        {
            AugmenterOptions options = new()
            {
                SourceHeight = random.Next(1, 50),
                SourceWidth = random.Next(1, 50),
                OutputHeight = random.Next(1, 50),
                OutputWidth = random.Next(1, 50),
                Channels = random.Next(2) == 0 ? 1 : 3,
                Layout = (ChannelLayout)random.Next(2),
                Border = (Border)random.Next(5),
                Interpolation = (Interpolation)random.Next(2),
                Fill = random.Next(300),
            };
            Matrix2x3 matrix = new(Entry(), Entry(), Entry(), Entry(), Entry(), Entry());
            switch (round % 3)
            {
                case 0:
                    Fuzz<byte, float>(options, matrix, float.NaN, v => v is >= 0 and <= 300);
                    break;
                case 1:
                    Fuzz<ushort, Half>(options, matrix, Half.NaN, v => v >= (Half)0 && v <= (Half)300);
                    break;
                default:
                    Fuzz<float, BFloat16>(options, matrix, (BFloat16)float.NaN, v => (float)v is >= 0 and <= 300);
                    break;
            }
        }

        double Entry() => random.Next(12) switch
        {
            0 => double.PositiveInfinity * (random.Next(2) - 0.5),
            1 => double.NaN,
            2 => double.Exp((random.NextDouble() * 1400) - 700),
            _ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-3, 6)),
        };
    }

    private static void Fuzz<TRecord, TSample>(AugmenterOptions options, Matrix2x3 matrix, TSample untouched, Func<TSample, bool> holds)
        where TRecord : unmanaged
        where TSample : unmanaged
    {
        const int Guard = 64;
        using CpuAugmenter augmenter = new(options);
        TSample[] output = new TSample[augmenter.SampleValues + (2 * Guard)];
        Array.Fill(output, untouched);
        try
        {
            augmenter.Run(new TRecord[augmenter.RecordValues], [0], [matrix], output.AsSpan(Guard, (int)augmenter.SampleValues));
            Assert.DoesNotContain(output[Guard..^Guard], v => !holds(v));
        }
        catch (ArgumentException error) when (error.ParamName == "matrices")
        {
            Assert.All(output, v => Assert.Equal(untouched, v));
        }

        Assert.All(output[..Guard].Concat(output[^Guard..]), v => Assert.Equal(untouched, v));
    }

    private static string Refused(int[] numbers, Matrix2x3[] matrices)
    {
        using CpuAugmenter augmenter = new(_options);
        float[] output = new float[2 * 600];
        string message = Assert.Throws<ArgumentException>(() => augmenter.Run(new byte[1200], numbers, matrices, output)).Message;
        Assert.All(output, v => Assert.Equal(0, v));
        return message;
    }
}
