using ChestXray.Model.Networks.Convolutions;
using TorchSharp;
using static ChestXray.Model.Networks.TensorMemory;
using static TorchSharp.torch;

namespace ChestXray.Model.Benchmarks;

/// <summary>The pooled convolutions of a training step alone, on the shapes of the guide's network.</summary>
internal sealed unsafe class StepProfile : IDisposable
{
    private static readonly (int Side, int Inputs, int Outputs)[] _layers =
        [(224, 1, 16), (109, 16, 32), (51, 32, 64), (22, 64, 128)];
    private readonly List<(string Name, Action Work)> _operations = [];
    private readonly List<IPooledConvolution> _convolutions = [];
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly int _batch;

    public StepProfile(int batch, int threads)
    {
        _batch = batch;
        for (int i = 0; i < _layers.Length; i++)
            Add($"convolution {i + 1}", _layers[i].Side, _layers[i].Inputs, _layers[i].Outputs, threads);
    }

    /// <summary>All of them once, forward and backward.</summary>
    public void RunAll() => _operations.ForEach(operation => operation.Work());

    /// <summary>A row for each.</summary>
    public void Report(Bench bench)
    {
        foreach ((string name, Action work) in _operations)
            bench.Rate(name, "images/s", _batch, work);
    }

    public void Dispose()
    {
        _convolutions.ForEach(convolution => convolution.Dispose());
        _scope.Dispose();
    }

    private void Add(string name, int side, int inputs, int outputs, int threads)
    {
        ConvolutionShape shape = new(_batch, side, side, inputs, outputs);
        Generator generator = new(3);
        Tensor x = randn([_batch, side, side, inputs], generator: generator),
            weight = randn([outputs, 7, 7, inputs], generator: generator) / (7 * Math.Sqrt(inputs));
        Tensor bias = zeros([outputs]), dWeight = zeros_like(weight), dBias = zeros([outputs]), dx = empty_like(x);
        Tensor values = empty([_batch, shape.PooledHeight, shape.PooledWidth, outputs]), slope = randn_like(values);
        Tensor places = empty([_batch, shape.PooledHeight, shape.PooledWidth, outputs], ScalarType.Byte);
        IPooledConvolution convolution = PooledConvolutions.Make(shape, threads);
        _convolutions.Add(convolution);
        _operations.Add(($"{name}, forward", () =>
            convolution.Forward(shape, new(
                At<float>(x)), At<float>(weight), At<float>(bias), At<float>(values), At<byte>(places))));
        _operations.Add(($"{name}, backward", () => convolution.Backward(
            shape, new(At<float>(x)), At<float>(weight), new(At<float>(slope), At<byte>(places)), inputs == 1
                ? null : At<float>(dx), At<float>(dWeight), At<float>(dBias))));
    }
}
