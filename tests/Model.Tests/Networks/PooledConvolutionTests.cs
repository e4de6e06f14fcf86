using ChestXray.Model.Networks.Convolutions;
using TorchSharp;
using static ChestXray.Model.Networks.TensorMemory;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ChestXray.Model.Tests.Networks;

public unsafe class PooledConvolutionTests
{
    public static TheoryData<string, int, int, int, int, int, int, int> Cases()
    {
        TheoryData<string, int, int, int, int, int, int, int> cases = new();
        // What this processor has; the plain twin runs everywhere.
        foreach (string lanes in new[] { "4 lanes", Lanes8.IsSupported ? "8 lanes" : "", Lanes16.IsSupported ? "16 lanes" : "" }.Where(name => name != ""))
        {
            foreach (int side in new[] { 16, 24 })
            {
                cases.Add(lanes, side, 2, 16, 32, 40, 51, 1);
                cases.Add(lanes, side, 3, 32, 64, 51, 51, 2);
                cases.Add(lanes, side, 5, 64, 128, 22, 22, 2);
                cases.Add(lanes, side, 1, 16, 16, 8, 9, 3);
                cases.Add(lanes, side, 2, 32, 48, 27, 16, 2);
            }

            cases.Add(lanes, 0, 3, 1, 16, 40, 51, 2);
            cases.Add(lanes, 0, 1, 1, 32, 18, 18, 1);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_places_and_gradients_are_those_of_the_tensor_library_in_float64(
        string lanes, int tileSide, int n, int inputs, int outputs, int h, int w, int threads)
    {
        using DisposeScope scope = NewDisposeScope();
        Generator generator = new(7);
        Tensor x = randn([n, h, w, inputs], generator: generator) +
            0.5, weight = randn([outputs, 7, 7, inputs], generator: generator) / (7 * Math.Sqrt(inputs));
        Tensor bias = randn([outputs], generator: generator) / 4;
        Tensor x64 = x.@double().permute(0, 3, 1, 2).detach().requires_grad_(),
            w64 = weight.@double().permute(0, 3, 1, 2).detach().requires_grad_();
        Tensor b64 = bias.@double().detach().requires_grad_();
        Tensor convolved = F.conv2d(x64, w64, b64);
        Tensor expected = F.max_pool2d(convolved, 2).relu();
        Tensor slope = randn([n, outputs, expected.shape[2], expected.shape[3]], generator: generator);
        expected.backward([slope.@double()]);

        ConvolutionShape shape = new(n, h, w, inputs, outputs);
        using IPooledConvolution own = Make(lanes, tileSide, inputs, outputs, threads);
        Tensor values = zeros([n, shape.PooledHeight, shape.PooledWidth, outputs]),
            places = zeros([n, shape.PooledHeight, shape.PooledWidth, outputs], ScalarType.Byte);
        Tensor slopes = slope.permute(0, 2, 3, 1).contiguous();
        Tensor dx = full([n, h, w, inputs], float.NaN), dWeight = zeros_like(weight), dBias = zeros_like(bias);

        // Twice: nothing may be left over from a call before.
        for (int call = 0; call < 2; call++)
        {
            dWeight.zero_();
            dBias.zero_();
            own.Forward(shape, new(At<float>(x)), At<float>(weight), At<float>(bias), At<float>(values), At<byte>(places));
            own.Backward(
                shape, new(At<float>(x)), At<float>(weight), new(At<float>(slopes), At<byte>(places)), inputs == 1
                    ? null : At<float>(dx), At<float>(dWeight), At<float>(dBias));
        }

        AssertNear(expected, values.permute(0, 3, 1, 2), 1e-6);
        AssertNear(w64.grad!, dWeight.permute(0, 3, 1, 2), 1e-6);
        AssertNear(b64.grad!, dBias, 1e-6);
        if (inputs > 1)
            AssertNear(x64.grad!, dx.permute(0, 3, 1, 2), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_batch_norm_before_and_one_behind_are_applied_on_the_way(
        string lanes, int tileSide, int n, int inputs, int outputs, int h, int w, int threads)
    {
        using DisposeScope scope = NewDisposeScope();
        Generator generator = new(11);
        ConvolutionShape shape = new(n, h, w, inputs, outputs);
        long[] pooled = [n, shape.PooledHeight, shape.PooledWidth, outputs];
        Tensor x = randn([n, h, w, inputs], generator: generator),
        weight = randn([outputs, 7, 7, inputs], generator: generator) / (7 * Math.Sqrt(inputs));
        Tensor bias = randn([outputs], generator: generator) / 4, scale = rand([inputs], generator: generator) +
            0.5, shift = randn([inputs], generator: generator);
        Tensor gradient = randn(pooled, generator: generator), factors = randn([3, outputs], generator: generator);
        bool isFirst = inputs == 1;
        ConvolutionInput input = isFirst ? new(At<float>(x)) : new(At<float>(x), At<float>(scale), At<float>(shift));
        Tensor read = isFirst ? x : x * scale + shift;

        using IPooledConvolution own = Make(lanes, tileSide, inputs, outputs, threads);
        Tensor values = zeros(pooled), places = zeros(pooled, ScalarType.Byte),
            sums = full([2, outputs], double.NaN, ScalarType.Float64);
        own.Forward(shape, input, At<float>(weight), At<float>(bias), At<float>(values), At<byte>(places), At<double>(sums));
        Tensor plain = zeros(pooled), plainPlaces = zeros(pooled, ScalarType.Byte);
        own.Forward(shape, new(At<float>(read)), At<float>(weight), At<float>(bias), At<float>(plain), At<byte>(plainPlaces));
        AssertNear(plain, values, 1e-6);
        AssertNear(values.@double().sum([0L, 1L, 2L]), sums[0], 1e-12);
        AssertNear(values.@double().square().sum([0L, 1L, 2L]), sums[1], 1e-12);

        Tensor slope = factors[0] * gradient + factors[1] * values + factors[2], expected = empty_like(x), found = empty_like(x);
        Tensor dWeight = zeros_like(weight), dBias = zeros_like(bias), expectedWeight = zeros_like(weight),
            expectedBias = zeros_like(bias);
        Tensor products = full([2, inputs], double.NaN, ScalarType.Float64);
        own.Backward(
            shape, new(At<float>(read)), At<float>(weight), new(At<float>(slope), At<byte>(places)), isFirst
                ? null : At<float>(expected), At<float>(expectedWeight),
            At<float>(expectedBias));
        own.Backward(
            shape, input, At<float>(weight), new(At<float>(gradient), At<byte>(places), At<float>(values), At<float>(factors)),
            isFirst ? null : At<float>(found),
            At<float>(dWeight), At<float>(dBias), isFirst ? null : At<double>(products));
        AssertNear(expectedWeight, dWeight, 1e-6);
        AssertNear(expectedBias, dBias, 1e-6);
        if (isFirst)
            return;
        AssertNear(expected, found, 1e-6);
        AssertNear(found.@double().sum([0L, 1L, 2L]), products[0], 1e-12);
        AssertNear((found.@double() * x.@double()).sum([0L, 1L, 2L]), products[1], 1e-12);
    }

    [Theory]
    [InlineData(109, 109, 16, 32, 24)]
    [InlineData(51, 51, 32, 64, 24)]
    [InlineData(22, 22, 64, 128, 24)]
    [InlineData(17, 17, 16, 32, 16)]
    [InlineData(8, 8, 64, 128, 16)]
    [InlineData(224, 224, 1, 16, 0)]
    public void Tiles_are_as_large_as_makes_the_least_work(int h, int w, int inputs, int outputs, int expected) =>
        Assert.Equal(expected, PooledConvolutions.TileSide(new(3, h, w, inputs, outputs)));

    private static IPooledConvolution Make(string lanes, int tileSide, int inputs, int outputs, int threads) => lanes switch
    {
        "16 lanes" => Make<Lanes16>(tileSide, inputs, outputs, threads, 16),
        "8 lanes" => Make<Lanes8>(tileSide, inputs, outputs, threads, 8),
        _ => Make<Lanes4>(tileSide, inputs, outputs, threads, 16),
    };

    private static IPooledConvolution Make<T>(int tileSide, int inputs, int outputs, int threads, int tilesPerBlock)
        where T : struct, ILanes<T> => tileSide switch
        {
            0 => new DirectConvolution<T>(outputs, threads),
            16 => new FourierConvolution<T, Fourier16<T>>(inputs, outputs, threads, tilesPerBlock),
            _ => new FourierConvolution<T, Fourier24<T>>(inputs, outputs, threads, tilesPerBlock),
        };

    /// <summary>Norm of the difference over the norm, and the largest difference over the largest value.</summary>
    private static void AssertNear(Tensor expected, Tensor found, double tolerance)
    {
        Tensor difference = found.@double() - expected.detach();
        Assert.InRange((difference.norm() / expected.norm()).ToDouble(), 0, tolerance);
        Assert.InRange((difference.abs().max() / expected.abs().max()).ToDouble(), 0, 4 * tolerance);
    }
}
