using ChestXray.Model.Networks.Convolutions;
using ChestXray.Model.Networks.Dense;

namespace ChestXray.Model.Tests.Networks;

/// <summary>Fused layers of a dense network beside loops that do one thing after the other, in double.</summary>
public sealed unsafe class DenseInferenceTests
{
    private const int Images = 2, Channels = 61;
    private readonly Random _random = new(4);

    [Theory]
    [InlineData(3, 1, 20, 24, 12)]
    [InlineData(5, 6, 33, 40, 17)]
    [InlineData(4, 7, 29, 32, 32)]
    [InlineData(2, 17, 16, 70, 8)]
    [InlineData(6, 29, 5, 128, 32)]
    public void A_layer_is_norm_ReLU_and_convolution_twice_whatever_its_size_vectors_and_threads(
        int height, int width, int inputs, int bottleneck, int outputs)
    {
        float[] start = Draw(Images * height * width * Channels), narrow = Draw(bottleneck * inputs),
            wide = Draw(outputs * 9 * bottleneck);
        NormFactors outer = Norm(inputs), inner = Norm(bottleneck);
        double[] expected = [.. start.Select(value => (double)value)];
        Reference(expected, height, width, inputs, outer, narrow, bottleneck, inner, wide, outputs);
        Compare(expected, 2e-4, (make, threads) =>
        {
            float[] maps = [.. start];
            using IDenseInference inference = make(threads);
            fixed (float* at = maps, first = narrow, second = wide)
            {
                MapPlane plane = new(at, Images, height, width, Channels);
                for (int twice = 0; twice < 2; twice++)
                    inference.Layer(plane, inputs, outer, first, bottleneck, inner, second, outputs);
            }

            return maps;
        });
    }

    [Theory]
    [InlineData(6, 8)]
    [InlineData(7, 5)]
    [InlineData(2, 31)]
    public void A_transition_is_norm_ReLU_mean_and_convolution(int height, int width)
    {
        const int Outputs = 37, Room = 50;
        (int down, int across) = (height / 2, width / 2);
        float[] maps = Draw(Images * height * width * Channels), weights = Draw(Outputs * Channels);
        NormFactors norm = Norm(Channels);
        double[] expected = new double[Images * down * across * Room];
        for (int pixel = 0; pixel < Images * down * across; pixel++)
        {
            (int image, int y, int x) = (pixel / (down * across), pixel / across % down, pixel % across);
            for (int output = 0; output < Outputs; output++)
            {
                double sum = 0;
                for (int c = 0; c < Channels; c++)
                {
                    double mean = 0;
                    for (int of = 0; of < 4; of++)
                        mean += Rectify(maps[At(image, (2 * y) + (of / 2), (2 * x) + (of % 2), c)], norm, c) / 4;
                    sum += mean * weights[(output * Channels) + c];
                }

                expected[(pixel * Room) + output] = sum;
            }
        }

        Compare(expected, 2e-4, (make, threads) =>
        {
            float[] found = new float[expected.Length];
            using IDenseInference inference = make(threads);
            fixed (float* from = maps, to = found, kernel = weights)
            {
                inference.Transition(
                    new(from, Images, height, width, Channels), norm, kernel, Outputs, new(to, Images, down, across, Room));
            }

            return found;
        });

        int At(int image, int y, int x, int c) => (((((image * height) + y) * width) + x) * Channels) + c;
    }

    [Theory]
    [InlineData(6, 8)]
    [InlineData(7, 5)]
    [InlineData(1, 1)]
    public void The_stem_is_norm_ReLU_and_a_pool_that_looks_beyond_no_edge(int height, int width)
    {
        const int Room = 70;
        (int down, int across) = ((height + 1) / 2, (width + 1) / 2);
        float[] maps = Draw(Images * height * width * Channels);
        NormFactors norm = Norm(Channels);
        double[] expected = new double[Images * down * across * Room];
        for (int i = 0; i < expected.Length; i++)
        {
            (int c, int pixel) = (i % Room, i / Room);
            (int image, int y, int x) = (pixel / (down * across), pixel / across % down, pixel % across);
            for (int row = Math.Max(0, (2 * y) - 1); c < Channels && row <= Math.Min(height - 1, (2 * y) + 1); row++)
            {
                for (int column = Math.Max(0, (2 * x) - 1); column <= Math.Min(width - 1, (2 * x) + 1); column++)
                {
                    float value = maps[(((((image * height) + row) * width) + column) * Channels) + c];
                    expected[i] = Math.Max(expected[i], Rectify(value, norm, c));
                }
            }
        }

        Compare(expected, 1e-5, (make, threads) =>
        {
            float[] found = new float[expected.Length];
            using IDenseInference inference = make(threads);
            fixed (float* from = maps, to = found)
                inference.Stem(new(from, Images, height, width, Channels), norm, new(to, Images, down, across, Room));
            return found;
        });
    }

    private static void Compare(double[] expected, double error, Func<Func<int, IDenseInference>, int, float[]> run)
    {
        Assert.Contains(expected, value => value != 0);
        float[]? bits = null;
        foreach ((bool isHere, bool fuses, Func<int, IDenseInference> make) in new (bool, bool, Func<int, IDenseInference>)[]
        {
            (true, false, threads => new DenseInference<Lanes4>(threads)),
            (Lanes8.IsSupported, true, threads => new DenseInference<Lanes8>(threads)),
            (Lanes16.IsSupported, true, threads => new DenseInference<Lanes16>(threads)),
        })
        {
            for (int threads = 1; isHere && threads <= 3; threads++)
            {
                float[] found = run(make, threads);
                for (int i = 0; i < found.Length; i++)
                    Assert.Equal(expected[i], found[i], error * Math.Max(1, Math.Abs(expected[i])));

                // Products that are rounded before they are added differ in their last bits from those that are not.
                if (fuses)
                    Assert.Equal(bits ??= found, found);
            }
        }
    }

    private static double Rectify(double value, in NormFactors norm, int c) =>
        Math.Max(0, (value * norm.Factor[c]) + norm.Shift[c]);

    private static void Reference(
        double[] maps, int height, int width, int inputs, NormFactors outer, float[] narrow, int bottleneck, NormFactors inner,
        float[] wide, int outputs)
    {
        double[] between = new double[Images * height * width * bottleneck];
        for (int i = 0; i < between.Length; i++)
        {
            (int pixel, int map) = (i / bottleneck, i % bottleneck);
            double sum = 0;
            for (int c = 0; c < inputs; c++)
                sum += Rectify(maps[(pixel * Channels) + c], outer, c) * narrow[(map * inputs) + c];
            between[i] = Rectify(sum, inner, map);
        }

        for (int i = 0; i < Images * height * width * outputs; i++)
        {
            (int pixel, int output) = (i / outputs, i % outputs);
            (int image, int y, int x) = (pixel / (height * width), pixel / width % height, pixel % width);
            double sum = 0;
            for (int tap = 0; tap < 9; tap++)
            {
                (int row, int column) = (y + (tap / 3) - 1, x + (tap % 3) - 1);
                if (row < 0 || row >= height || column < 0 || column >= width)
                    continue;
                int from = ((((image * height) + row) * width) + column) * bottleneck;
                for (int c = 0; c < bottleneck; c++)
                    sum += between[from + c] * wide[(((output * 9) + tap) * bottleneck) + c];
            }

            maps[(pixel * Channels) + inputs + output] = sum;
        }
    }

    private float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (_random.NextSingle() - 0.5f) / 2)];

    private NormFactors Norm(int channels) => new([.. Draw(channels).Select(value => value + 0.5f)], Draw(channels));
}
