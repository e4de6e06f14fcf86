using ChestXray.Model.Networks;
using ChestXray.Model.Networks.Dense;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Networks;

/// <summary>Our way through the network against the tensor library's.</summary>
public class DenseNetworkOwnTests
{
    [Theory]
    [InlineData(1, 40)]
    [InlineData(3, 45)]
    public void Gradients_of_every_tensor_and_running_statistics_are_the_library_s(int channels, int size)
    {
        using DisposeScope scope = NewDisposeScope();
        using DenseNetwork own = new(SmallDense.Shape, channels, 4), library = new(SmallDense.Shape, channels, 4)
        {
            Path = ConvolutionPath.Library,
        };
        Assert.True(own.IsOurs && !library.IsOurs);
        Tensor images = SmallDense.Images(5, channels, size);
        foreach (DenseNetwork network in new[] { own, library })
        {
            using BatchWorker worker = Worker(network, 5);
            worker.ComputeGradients(images, SmallDense.Labels(5));
        }

        foreach ((SafetensorsEntry a, SafetensorsEntry b) in own.Export().Zip(library.Export())
            .Where(pair => DenseNetworkShape.IsRunning(pair.First.Name)))
            Assert.True(Golden.Distance(Golden.Values(a), Golden.Values(b)) < 1e-5, a.Name);
        // Some true gradients are nearly 0 (what follows normalises the scale away), so each is held to the library's own error.
        using DenseNetwork exact = new(SmallDense.Shape, channels, 4, ScalarType.Float64);
        using BatchWorker judge = Worker(exact, 5);
        judge.ComputeGradients(images, SmallDense.Labels(5));
        double floor = 1e-5 * Math.Sqrt(Values(exact.Parameters.Gradients).Sum(value => value * value));
        for (int i = 0; i < own.Parameters.Shapes.Count; i++)
        {
            double[] truth = Values(exact.Parameters.Gradient(i));
            double ours = Error(Values(own.Parameters.Gradient(i)), truth),
                theirs = Error(Values(library.Parameters.Gradient(i)), truth);
            Assert.True(ours <= 3 * theirs + floor, $"{own.Parameters.Shapes[i].Name}: {ours} and {theirs}");
        }
    }

    [Fact]
    public void First_gradients_are_the_library_s_to_six_digits_whatever_the_number_of_threads()
    {
        using DisposeScope scope = NewDisposeScope();
        int threads = get_num_threads();
        try
        {
            using DenseNetwork library = new(SmallDense.Shape, 1, 4) { Path = ConvolutionPath.Library };
            double[] expected = Gradients(library);
            foreach (int count in new[] { 1, 2, 3 })
            {
                set_num_threads(count);
                using DenseNetwork own = new(SmallDense.Shape, 1, 4);
                Assert.True(Golden.Distance(Gradients(own), expected) < 2e-5);
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Inference_is_the_library_s_with_and_without_a_gradient()
    {
        using DisposeScope scope = NewDisposeScope();
        using DenseNetwork own = SmallDense.Make(4), library = new(SmallDense.Shape, 1, 4) { Path = ConvolutionPath.Library };
        Tensor images = SmallDense.Images(3);
        foreach (DenseNetwork network in new[] { own, library })
        {
            using (no_grad())
                network.Forward(images, training: true);
        }

        Tensor expected = library.Forward(images, training: false);
        Assert.True(own.Forward(images, training: false).allclose(expected, 1e-4, 1e-5));
        using (no_grad())
            Assert.True(own.Forward(images, training: false).allclose(expected, 1e-4, 1e-5));
    }

    [Fact]
    public void A_frozen_feature_extractor_gives_the_library_s_gradients_of_the_head()
    {
        using DisposeScope scope = NewDisposeScope();
        using DenseNetwork own = SmallDense.Make(4), library = new(SmallDense.Shape, 1, 4) { Path = ConvolutionPath.Library };
        own.Parameters.SetRate("features", 0);
        library.Parameters.SetRate("features", 0);
        double[] expected = Gradients(library), found = Gradients(own);
        Assert.Contains(expected, value => value != 0);
        Assert.True(Golden.Distance(found, expected) < 1e-5);
    }

    [Fact]
    public unsafe void Vectors_and_plain_loops_give_the_same_bits_on_rows_of_any_width()
    {
        Random random = new(3);
        foreach ((int channels, int stride, int count) in new[] { (32, 64, 200), (11, 11, 65), (8, 9, 1) })
        {
            float[] x = Draw(random, count * stride), dy = Draw(random, count * channels), factor = Draw(random, channels),
                shift = Draw(random, channels);
            float[][] results = [.. new[] { true, false }.Select(isScalar => Pass(new NormRelu(2, isScalar), x, dy, factor, shift, channels, stride, count))];
            Assert.Equal(results[0], results[1]);
        }
    }

    private static unsafe float[] Pass(
        NormRelu passes, float[] x, float[] dy, float[] factor, float[] shift, int channels, int stride, int count)
    {
        float[] y = new float[count * channels], dx = (float[])x.Clone(), last = new float[count * channels],
            copy = new float[x.Length];
        fixed (float* from = x, to = y, slope = dy, sum = dx, end = last, place = copy)
        {
            Rows rows = new(from, count, channels, stride), slopes = new(sum, count, channels, stride);
            passes.Forward(rows, to, factor, shift);
            (double[] a, double[] b) = passes.Place(slope, new(place, count, channels, stride));
            (double[] c, double[] d) = passes.Backward(rows, slope, factor, shift, slopes, adds: true);
            (double[] e, double[] f) = passes.Backward(rows, slope, factor, shift, slopes.Part(0, channels), adds: false);
            passes.Finish(rows, slopes, factor, shift, end);
            return [.. y, .. dx, .. last, .. copy, .. new[] { a, b, c, d, e, f }.SelectMany(values => values).Select(value => (float)value)];
        }
    }

    private static float[] Draw(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];

    private static double[] Gradients(DenseNetwork network)
    {
        using BatchWorker worker = Worker(network, 4);
        worker.ComputeGradients(SmallDense.Images(4), SmallDense.Labels(4));
        return Values(network.Parameters.Gradients);
    }

    private static double Error(double[] found, double[] truth) => Math.Sqrt(found.Zip(truth, (a, b) => (a - b) * (a - b)).Sum());

    private static BatchWorker Worker(Network network, int batch) =>
        new(network, new BinaryCrossEntropy(LossKind.Weighted, ClassWeights.Ones), batch, 0);

    private static double[] Values(Tensor tensor) => [.. tensor.to(ScalarType.Float64).cpu().contiguous().data<double>()];
}
