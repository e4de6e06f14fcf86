using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Training;

public class KerasAdamTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(67, 3)]
    [InlineData(4_099, 2)]
    public void One_pass_steps_as_the_tensor_library_does_and_gives_the_same_norms(int count, int threads)
    {
        using DisposeScope scope = NewDisposeScope();
        int before = get_num_threads();
        set_num_threads(threads);
        try
        {
            using ParameterBuffer own = Parameters(count), library = Parameters(count);
            using KerasAdam onePass = new(own), native = new(library) { UsesOnePass = false };
            for (int step = 0; step < 5; step++)
            {
                own.Gradients.copy_(randn([count], generator: new Generator((ulong)step)));
                library.Gradients.copy_(own.Gradients);
                Assert.Equal(native.Norms().Gradients, onePass.Norms().Gradients, 1e-6 * native.Norms().Gradients);
                Assert.Equal(native.Norms().Values, onePass.Norms().Values, 1e-6 * native.Norms().Values);
                onePass.Step(1e-2);
                native.Step(1e-2);
            }

            Assert.True(allclose(library.Values, own.Values, 1e-6, 1e-7));
            Assert.True(allclose(native.Mean, onePass.Mean, 1e-6, 1e-7));
            Assert.True(allclose(native.Variance, onePass.Variance, 1e-6, 1e-9));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    private static ParameterBuffer Parameters(int count)
    {
        ParameterBuffer parameters = new([new TensorShape("w", count)], ScalarType.Float32, CPU);
        using (no_grad())
            parameters.Values.copy_(randn([count], generator: new Generator(99)));
        return parameters;
    }
}
