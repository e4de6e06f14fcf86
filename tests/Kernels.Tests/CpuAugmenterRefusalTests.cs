namespace ChestXray.Kernels.Tests;

public class CpuAugmenterRefusalTests
{
    private static readonly CpuAugmenterOptions _options = new() { SourceHeight = 20, SourceWidth = 30 };

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
    public void One_matrix_per_sample_is_asked_for() => Assert.Contains("1 matrices for 2", Refused([0, 1], [Matrix2x3.Identity]));

    [Fact]
    public void A_destination_that_is_too_small_is_refused_before_anything_is_written()
    {
        using CpuAugmenter augmenter = new(_options);
        float[] small = new float[599];
        ArgumentException error = Assert.Throws<ArgumentException>(() => augmenter.Run(new byte[600], [0], [Matrix2x3.Identity], small));
        Assert.Contains("599", error.Message);
        Assert.Contains("600", error.Message);
    }

    [Fact]
    public void Bytes_that_are_not_whole_records_are_refused()
    {
        using CpuAugmenter augmenter = new(_options);
        Assert.Contains("601", Assert.Throws<ArgumentException>(() => augmenter.Run(new byte[601], [0], [Matrix2x3.Identity], new float[600])).Message);
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
        Assert.Contains("Deviation is 0", Bad(_options with { Deviation = 0 }));
        Assert.Contains("Deviation is NaN", Bad(_options with { Deviation = float.NaN }));
        Assert.Contains("Mean is Infinity", Bad(_options with { Mean = float.PositiveInfinity }));
        Assert.Contains("Fill is NaN", Bad(_options with { Fill = float.NaN }));
        Assert.Contains("Threads is 0", Bad(_options with { Threads = 0 }));
        Assert.Contains("Border 9", Bad(_options with { Border = (Border)9 }));
        Assert.Contains("Interpolation 9", Bad(_options with { Interpolation = (Interpolation)9 }));
        Assert.Contains("SimdLevel 9", Bad(_options with { Simd = (SimdLevel)9 }));

        static string Bad(CpuAugmenterOptions options) => Assert.Throws<ArgumentException>(() => new CpuAugmenter(options)).Message;
    }

    [Fact]
    public void Random_matrices_huge_and_infinite_ones_included_never_write_outside_the_destination()
    {
        Random random = new(9);
        const int Guard = 64;
        for (int round = 0; round < 400; round++)
        {
            CpuAugmenterOptions options = new()
            {
                SourceHeight = random.Next(1, 50),
                SourceWidth = random.Next(1, 50),
                OutputHeight = random.Next(1, 50),
                OutputWidth = random.Next(1, 50),
                Border = (Border)random.Next(5),
                Interpolation = (Interpolation)random.Next(2),
                Fill = random.Next(300),
            };
            using CpuAugmenter augmenter = new(options);
            float[] output = new float[augmenter.SamplePixels + (2 * Guard)];
            Array.Fill(output, float.NaN);
            Matrix2x3 matrix = new(Entry(), Entry(), Entry(), Entry(), Entry(), Entry());
            try
            {
                augmenter.Run(new byte[augmenter.RecordPixels], [0], [matrix], output.AsSpan(Guard, (int)augmenter.SamplePixels));
                Assert.DoesNotContain(output[Guard..^Guard], v => !(v is >= 0 and <= 300));
            }
            catch (ArgumentException error) when (error.ParamName == "matrices")
            {
                Assert.All(output, v => Assert.True(float.IsNaN(v)));
            }

            Assert.All(output[..Guard].Concat(output[^Guard..]), v => Assert.True(float.IsNaN(v)));
        }

        double Entry() => random.Next(12) switch
        {
            0 => double.PositiveInfinity * (random.Next(2) - 0.5),
            1 => double.NaN,
            2 => double.Exp(random.NextDouble() * 1400 - 700),
            _ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-3, 6)),
        };
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
