using ChestXray.Kernels.Ops;
using ChestXray.Tests;

namespace ChestXray.Kernels.Tests;

public class ResizeTests
{
    private static readonly string[] _plain =
    [
        "100x100_to_224x224", "1023x1025_to_224x224", "1x1_to_3x5", "225x223_to_224x224", "256x256_to_224x224", "2x3_to_5x7",
        "3x400_to_224x1",
        "64x64_to_64x64", "7x5_to_224x224", "rgb",
    ];

    [Fact]
    public void Without_antialias_every_golden_image_is_equal_to_the_bit()
    {
        Safetensors tensors = new(SharedData.Require("golden/tensorflow/resize.safetensors"));
        foreach (string name in _plain)
        {
            (byte[] source, int[] from, float[] expected, int[] to) = Read(tensors, name);
            float[] found = new float[expected.Length];
            Resize.Bilinear(source, from[0], from[1], from.Length == 3 ? 3 : 1, found, to[0], to[1]);
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void With_antialias_every_golden_image_is_within_2e_3()
    {
        Safetensors tensors = new(SharedData.Require("golden/tensorflow/resize.safetensors"));
        foreach (string name in new[] { "antialias_100x100_to_224x224", "antialias_64x48_to_17x23" })
        {
            (byte[] source, int[] from, float[] expected, int[] to) = Read(tensors, name);
            float[] found = new float[expected.Length];
            Resize.Antialias(source, from[0], from[1], 1, found, to[0], to[1]);
            for (int i = 0; i < found.Length; i++)
                Assert.Equal(expected[i], found[i], 2e-3);
        }
    }

    [Fact]
    public void Hand_computed_pixels()
    {
        float[] found = new float[4];
        Resize.Bilinear([0, 100], 1, 2, 1, found, 1, 4);
        Assert.Equal([0, 25, 75, 100], found);
        Resize.Antialias([0, 40, 80, 120], 1, 4, 1, found, 1, 1);
        Assert.Equal(60, found[0], 1e-5f);
        Resize.Antialias([10, 20, 30, 40], 1, 4, 1, found, 1, 2);
        // Centres 1 and 3, radius 2: weights 3, 3, 1 of 8 parts... the fourth pixel lies outside the first triangle.
        Assert.Equal(((10 * 0.75f) + (20 * 0.75f) + (30 * 0.25f)) / 1.75f, found[0], 1e-5f);
    }

    [Fact]
    public void Both_kinds_agree_with_the_float64_reference_over_random_sizes()
    {
        Random random = new(2);
        for (int round = 0; round < 60; round++)
        {
            (int height, int width, int channels) = (random.Next(1, 50), random.Next(1, 50), random.Next(1, 4));
            (int outputHeight, int outputWidth) = (random.Next(1, 40), random.Next(1, 40));
            byte[] source = RandomBytes.Make(height * width * channels, round);
            float[] bilinear = new float[outputHeight * outputWidth * channels], antialias = new float[bilinear.Length];
            Resize.Bilinear(source, height, width, channels, bilinear, outputHeight, outputWidth);
            Resize.Antialias(source, height, width, channels, antialias, outputHeight, outputWidth);
            for (int i = 0; i < bilinear.Length; i++)
            {
                int c = i % channels, x = i / channels % outputWidth, y = i / channels / outputWidth;
                Assert.Equal(Expected(false), bilinear[i], 3e-3);
                Assert.Equal(Expected(true), antialias[i], 2e-3);

                double Expected(bool wide) =>
                    ResizeReference.Pixel(source, height, width, channels, outputHeight, outputWidth, y, x, c, wide);
            }
        }
    }

    [Fact]
    public void The_matrix_pass_resizes_alike()
    {
        byte[] source = RandomBytes.Make(100 * 80);
        float[] expected = new float[64 * 50], found = new float[64 * 50];
        Resize.Bilinear(source, 80, 100, 1, expected, 50, 64);
        using CpuAugmenter augmenter = new(new() { SourceHeight = 80, SourceWidth = 100, OutputHeight = 50, OutputWidth = 64, Border = Border.Nearest });
        augmenter.Run(source, [0], [Matrix2x3.Resize(100, 80, 64, 50)], found);
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-2);
    }

    [Fact]
    public void Wrong_shapes_are_named()
    {
        Assert.Contains("5 bytes", Assert.Throws<ArgumentException>(
            () => Resize.Bilinear(new byte[5], 2, 3, 1, new float[4], 2, 2)).Message);
        Assert.Contains("3 floats", Assert.Throws<ArgumentException>(
            () => Resize.Antialias(new byte[6], 2, 3, 1, new float[3], 2, 2)).Message);
        Assert.Contains("0 x 2", Assert.Throws<ArgumentException>(() => Resize.Bilinear([], 2, 0, 1, new float[4], 0, 2))
            .Message);
    }

    private static (byte[] Source, int[] From, float[] Expected, int[] To) Read(Safetensors tensors, string name) => (
        tensors.Read<byte>($"in.{name}"), tensors.Shape($"in.{name}"), tensors.Read<float>($"out.{name}"),
        tensors.Shape($"out.{name}"));
}
