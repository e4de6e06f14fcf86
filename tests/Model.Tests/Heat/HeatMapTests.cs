using ChestXray.Model.Networks;
using ChestXray.Model.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Heat;

public class HeatMapTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void It_is_the_map_that_finite_differences_of_the_logit_give(int finding)
    {
        using DisposeScope scope = NewDisposeScope();
        using DenseNetwork network = SmallDense.Make(3, type: ScalarType.Float64);
        Tensor image = SmallDense.Images(1, size: 64, type: ScalarType.Float64);
        HeatMap found = HeatMap.Of(network, image, finding);

        using IDisposable noGradient = no_grad();
        Tensor maps = network.FeatureMaps(image);
        (int channels, int height, int width) = ((int)maps.shape[1], (int)maps.shape[2], (int)maps.shape[3]);
        Assert.Equal((height, width), (found.Height, found.Width));
        double[] sum = new double[height * width];
        const double step = 1e-4;
        for (int channel = 0; channel < channels; channel++)
        {
            double slope = 0;
            for (int place = 0; place < height * width; place++)
                slope += (LogitAt(channel, place, step) - LogitAt(channel, place, -step)) / (2 * step) / (height * width);
            for (int place = 0; place < height * width; place++)
                sum[place] += slope * maps[0, channel, place / width, place % width].item<double>();
        }

        Assert.Contains(sum, value => value > 0);
        for (int i = 0; i < sum.Length; i++)
            Assert.Equal(Math.Max(0, sum[i]), found.Values[i], 1e-6);

        double LogitAt(int channel, int place, double by)
        {
            Tensor moved = maps.clone();
            moved[0, channel, place / width, place % width] += by;
            return network.Classify(moved)[0, finding].item<double>();
        }
    }

    [Fact]
    public void It_leaves_values_and_gradients_as_they_are()
    {
        using DisposeScope scope = NewDisposeScope();
        using GuideNetwork network = new(1);
        float[] before = [.. network.Parameters.Values.data<float>()];
        HeatMap.Of(network, randn([1, 1, 130, 130], generator: new Generator(1)), 3);
        Assert.Equal(before, network.Parameters.Values.data<float>().ToArray());
        Assert.All(network.Parameters.Gradients.data<float>().ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Another_size_keeps_the_peak_s_place_and_the_range()
    {
        float[] values = new float[16];
        values[1 * 4 + 2] = 2;
        HeatMap large = HeatMap.From(4, 4, values).Resize(40, 80);
        Assert.Equal((40, 80), (large.Height, large.Width));
        (int row, int column) = large.Peak();
        Assert.InRange(row, 14, 15);
        Assert.InRange(column, 49, 50);
        Assert.InRange(large.Values.ToArray().Max(), 1.8f, 2f);
        Assert.Equal(0, large.Values[0]);
        Assert.Equal(values, HeatMap.From(4, 4, values).Resize(4, 4).Values.ToArray());
    }

    [Fact]
    public void A_cell_lies_where_its_network_looks()
    {
        using GuideNetwork guide = new();
        using DenseNetwork dense = new(DenseNetworkShape.DenseNet121);
        Assert.Equal((53, 16), guide.MapPlaces);
        Assert.Equal((14.5, 32), dense.MapPlaces);
        foreach (Network network in new Network[] { guide, dense })
        {
            // A dot changes the cells that see it; their weighted middle is where the dot is.
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGradient = no_grad();
            Tensor flat = zeros(1, 1, 224, 224), dot = flat.clone();
            dot[0, 0, 117, 101] = 5;
            Tensor change = (network.FeatureMaps(dot) - network.FeatureMaps(flat)).square().sum([0L, 1L]);
            Tensor places = arange(change.shape[0], ScalarType.Float32) * network.MapPlaces.Step + network.MapPlaces.First;
            double row = ((change.sum([1L]) * places).sum() / change.sum()).item<float>(),
                column = ((change.sum([0L]) * places).sum() / change.sum()).item<float>();
            Assert.Equal(117.5, row, network.MapPlaces.Step * 0.75);
            Assert.Equal(101.5, column, network.MapPlaces.Step * 0.75);
        }
    }

    [Fact]
    public void A_box_is_hit_where_the_peak_lies_in_it_and_overlaps_with_the_hot_part_s_box()
    {
        float[] values = new float[100];
        values[2 * 10 + 3] = 1;
        values[2 * 10 + 4] = 0.6f;
        values[7 * 10 + 7] = 0.4f;
        HeatMap map = HeatMap.From(10, 10, values);
        HeatMapScore exact = HeatMapScore.Of(map, (300, 200, 200, 100), (1000, 1000));
        Assert.True(exact.IsHit);
        Assert.Equal((1, 0.02), (exact.Overlap, exact.Share));
        HeatMapScore half = HeatMapScore.Of(map, (400, 200, 200, 100), (1000, 1000));
        Assert.False(half.IsHit);
        Assert.Equal(1 / 3.0, half.Overlap, 1e-12);
        Assert.False(HeatMapScore.Of(HeatMap.From(2, 2, new float[4]), (0, 0, 10, 10), (10, 10)).IsHit);
        Assert.Throws<ArgumentException>(() => HeatMapScore.Of(map, (1000, 0, 10, 10), (1000, 1000)));
    }
}
