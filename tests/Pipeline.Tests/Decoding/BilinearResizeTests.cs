using System.Runtime.InteropServices;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>The resize: TensorFlow's bits, vectors and loops alike, honest sums.</summary>
public sealed class BilinearResizeTests
{
    public static TheoryData<int, int, int, int> Sizes => new()
    {
        { 1, 1, 3, 5 }, { 2, 3, 5, 7 }, { 64, 64, 64, 64 }, { 1023, 1025, 224, 224 }, { 7, 5, 224, 224 }, { 3, 400, 1, 224 },
        { 256, 256, 224, 224 }, { 400, 1, 33, 4 }, { 16, 16, 8, 8 }, { 1000, 3, 61, 3 },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Shapes_of_the_golden_file_are_bit_equal(bool scalar)
    {
        Safetensors golden = new(SharedData.Require("golden/tensorflow/resize.safetensors"));
        BilinearResize resize = new(scalar);
        string[] inputs = [.. golden.Names.Where(name => name.StartsWith("in.", StringComparison.Ordinal))
            .Where(name => !name.Contains("antialias") && !name.EndsWith("rgb", StringComparison.Ordinal))];
        foreach (string input in inputs)
        {
            string output = "out." + input[3..];
            (int[] from, int[] to) = (golden.Shape(input), golden.Shape(output));
            float[] floats = new float[to[0] * to[1]];
            resize.Resize(golden.Bytes(input), from[1], from[0], floats, to[1], to[0]);
            Assert.True(MemoryMarshal.AsBytes<float>(floats).SequenceEqual(golden.Bytes(output)), input);
        }

        Assert.Equal(9, inputs.Length);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Vectors_and_plain_loops_give_the_same_bits(int width, int height, int outWidth, int outHeight)
    {
        byte[] grey = new byte[width * height];
        new Random(width * height).NextBytes(grey);
        int size = outWidth * outHeight;
        BilinearResize vector = new(), scalar = new(scalar: true);
        float[] a = new float[size], b = new float[size];
        vector.Resize(grey, width, height, a, outWidth, outHeight);
        scalar.Resize(grey, width, height, b, outWidth, outHeight);
        Assert.Equal(MemoryMarshal.AsBytes<float>(b).ToArray(), MemoryMarshal.AsBytes<float>(a).ToArray());

        byte[] bytesA = new byte[size], bytesB = new byte[size];
        ResizeStatistics statistics = vector.ResizeToBytes(grey, width, height, bytesA, outWidth, outHeight);
        Assert.Equal(scalar.ResizeToBytes(grey, width, height, bytesB, outWidth, outHeight), statistics);
        Assert.Equal(bytesB, bytesA);
        Assert.Equal(b.Select(level => (byte)MathF.Round(level)), bytesA);

        ushort[] wideA = new ushort[size], wideB = new ushort[size];
        Assert.Equal(statistics, vector.ResizeToUInt16(grey, width, height, wideA, outWidth, outHeight));
        scalar.ResizeToUInt16(grey, width, height, wideB, outWidth, outHeight);
        Assert.Equal(wideB, wideA);
        Assert.Equal(b.Select(level => (ushort)MathF.Round(level * 256)), wideA);

        Assert.Equal(b.Sum(level => (double)level), statistics.Sum, 1e-6);
        Assert.Equal(b.Sum(level => (double)level * level), statistics.SumOfSquares, 1e-4);
        Assert.Equal(size, statistics.Count);
    }

    [Fact]
    public void A_plane_is_reproduced_at_half_pixel_centres()
    {
        byte[] grey = [.. Enumerable.Range(0, 16 * 16).Select(i => (byte)((2 * (i % 16)) + (3 * (i / 16))))];
        float[] half = new float[8 * 8];
        new BilinearResize().Resize(grey, 16, 16, half, 8, 8);
        for (int i = 0; i < half.Length; i++)
            Assert.Equal((2 * ((2 * (i % 8)) + 0.5f)) + (3 * ((2 * (i / 8)) + 0.5f)), half[i]);
    }

    [Theory]
    [InlineData(0, 4, 4)]
    [InlineData(4, 4, 15)]
    public void Sizes_that_do_not_fit_are_refused(int width, int height, int length)
    {
        BilinearResize resize = new();
        Assert.Throws<ArgumentException>(() => resize.Resize(new byte[length], width, height, new float[4], 2, 2));
        Assert.Throws<ArgumentException>(() => resize.ResizeToBytes(new byte[4], 2, 2, new byte[length], width, height));
    }

    [Fact]
    public void Statistics_of_parts_add_up()
    {
        ResizeStatistics all = new ResizeStatistics(6, 14, 3) + new ResizeStatistics(4, 16, 1);
        Assert.Equal(2.5, all.Mean);
        Assert.Equal(Math.Sqrt(1.25), all.StandardDeviation, 1e-15);
    }

    [Theory]
    [InlineData(100, 61, 22, 13)]
    [InlineData(1024, 96, 224, 21)]
    [InlineData(17, 9, 17, 9)]
    [InlineData(10, 7, 33, 20)]
    [InlineData(3, 300, 1, 1)]
    public void Antialias_averages_by_a_triangle_as_wide_as_the_scale(int width, int height, int outWidth, int outHeight)
    {
        byte[] grey = new byte[width * height];
        new Random(width).NextBytes(grey);
        float[] vector = new float[outWidth * outHeight], plain = new float[vector.Length];
        new BilinearResize(antialias: true).Resize(grey, width, height, vector, outWidth, outHeight);
        new BilinearResize(scalar: true, antialias: true).Resize(grey, width, height, plain, outWidth, outHeight);
        Assert.Equal(plain, vector);
        for (int y = 0; y < outHeight; y++)
        {
            for (int x = 0; x < outWidth; x++)
                Assert.Equal(Triangle(grey, width, height, (x + 0.5) * width / outWidth, (y + 0.5) * height / outHeight,
                    (double)width / outWidth, (double)height / outHeight), vector[(y * outWidth) + x], 1e-2);
        }
    }

    // The definition, in float64, over the whole image.
    private static double Triangle(
        byte[] grey, int width, int height, double centreX, double centreY, double scaleX, double scaleY)
    {
        double sum = 0, weights = 0;
        for (int y = 0; y < height; y++)
        {
            double weightY = Math.Max(0, 1 - (Math.Abs(y + 0.5 - centreY) / Math.Max(1, scaleY)));
            for (int x = 0; x < width && weightY > 0; x++)
            {
                double weight = weightY * Math.Max(0, 1 - (Math.Abs(x + 0.5 - centreX) / Math.Max(1, scaleX)));
                sum += weight * grey[(y * width) + x];
                weights += weight;
            }
        }

        return sum / weights;
    }
}
