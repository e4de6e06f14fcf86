using System.Runtime.InteropServices;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ChestXray.Model.Networks;

/// <summary>
/// DenseNet as torchvision builds it, under its names and in its order, for 1 or 3 colour channels and 14 findings. Gives
/// logits. All memory is channels_last. Not thread-safe.
/// </summary>
/// <remarks>
/// Source: torchvision.models.densenet; Huang et al., "Densely Connected Convolutional Networks", 2017. No dropout, as there.
/// </remarks>
public sealed partial class DenseNetwork : Network
{
    /// <summary>Below this height or width nothing is left for the last block.</summary>
    public const int SmallestSize = 32;

    private const double Momentum = 0.1, Epsilon = 1e-5;
    private readonly DenseNetworkShape _shape;
    private readonly Dictionary<string, int> _parameters = [];
    private readonly Dictionary<string, int> _running = [];

    /// <summary>A network with fresh values.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="channels">Colour channels of the input, 1 or 3.</param>
    /// <param name="seed">The same seed gives the same values on every machine (see <see cref="Initialise"/>).</param>
    /// <param name="type">float32 to work; float64 to compare with another framework.</param>
    /// <param name="device">Where it lives; null is the CPU.</param>
    public DenseNetwork(DenseNetworkShape shape, int channels = 1, ulong seed = 0, ScalarType type = ScalarType.Float32,
        Device? device = null)
        : this(shape, shape.Tensors(channels, Findings.Count), channels, seed, type, device)
    {
    }

    private DenseNetwork(
        DenseNetworkShape shape, List<TensorShape> tensors, int channels, ulong seed, ScalarType type, Device? device)
        : base(
            [.. tensors.Where(tensor => !DenseNetworkShape.IsRunning(tensor.Name))],
            [.. tensors.Where(tensor => DenseNetworkShape.IsRunning(tensor.Name))], type, device)
    {
        (_shape, Channels, FileShapes) = (shape, channels, tensors);
        for (int i = 0; i < Parameters.Shapes.Count; i++)
            _parameters.Add(Parameters.Shapes[i].Name, i);
        for (int i = 0; i < RunningShapes.Count; i++)
            _running.Add(RunningShapes[i].Name, i);
        Initialise(seed);
    }

    /// <inheritdoc/>
    public override string Name => _shape.Name;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorShape> FileShapes { get; }

    /// <inheritdoc/>
    public override int LeastSize => SmallestSize;

    /// <inheritdoc/>
    public override int Channels { get; }

    /// <inheritdoc/>
    /// <remarks>
    /// Padded convolutions and the first pooling keep the middle of their first pixel; each transition averages two.
    /// </remarks>
    public override (double First, double Step) MapPlaces =>
        Enumerable.Range(1, _shape.Layers.Length - 1).Aggregate(
            (First: 0.5, Step: 4.0), (at, _) => (at.First + at.Step / 2, 2 * at.Step));

    /// <inheritdoc/>
    public override string Head => "classifier";

    /// <summary>
    /// With ImageNet and three channels, an input of one channel is level / 255, and each channel gets its own mean and
    /// deviation.
    /// </summary>
    public PixelScale Scale { get; init; }

    /// <summary>
    /// Who computes the network: the tensor library's graph, or, where the path allows it and type and device do, ours.
    /// </summary>
    public ConvolutionPath Path { get; init; } = ConvolutionPath.Auto;

    /// <summary>Hears of the output of each stage, by torchvision's name; for comparisons.</summary>
    internal Action<string, Tensor>? Watch { get; set; }

    /// <summary>
    /// Sets every value: kernels uniform with He's variance, batch norms neutral, the classifier uniform within 1 /
    /// sqrt(features).
    /// </summary>
    /// <remarks>
    /// Tensor number i of <see cref="Network.Parameters"/> is drawn from Philox 4x32-10 with key = seed and stream = i, row by
    /// row. torchvision draws kernels from a normal distribution of the same variance.
    /// </remarks>
    public override void Initialise(ulong seed)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        for (int i = 0; i < Parameters.Shapes.Count; i++)
        {
            long[] size = Parameters.Shapes[i].Dimensions;
            if (size.Length == 1)
                Parameters[i].fill_(Parameters.Shapes[i].Name.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0);
            else
                Parameters[i].copy_(DrawUniform(
                    seed, (ulong)i, size, Math.Sqrt((size.Length == 4 ? 6.0 : 1.0) * size[0] / Parameters.Shapes[i].Count)));
        }

        for (int i = 0; i < RunningShapes.Count; i++)
            Running(i).fill_(RunningShapes[i].Name.EndsWith("var", StringComparison.Ordinal) ? 1 : 0);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor images, bool training, Tensor? dropout = null) => Classify(Extract(images, training));

    /// <inheritdoc/>
    public override Tensor FeatureMaps(Tensor images)
    {
        using IDisposable noGradient = no_grad();
        return Extract(images, training: false);
    }

    /// <inheritdoc/>
    public override Tensor Classify(Tensor maps) =>
        F.linear(maps.mean([2L, 3L]), Value("classifier.weight"), Value("classifier.bias"));

    /// <inheritdoc/>
    public override string Summary(int size) => _shape.Summarise(Channels, Findings.Count, size);

    private static Tensor DrawUniform(ulong seed, ulong stream, long[] size, double limit)
    {
        Tensor uniform = empty(size, ScalarType.Float32);
        Span<float> values = MemoryMarshal.Cast<byte, float>(uniform.bytes);
        Philox.FillUniform(seed, stream, values);
        foreach (ref float value in values)
            value = (float)((2.0 * value - 1) * limit);
        return uniform;
    }

    /// <summary>The rectified maps behind the last batch norm.</summary>
    private Tensor Extract(Tensor images, bool training)
    {
        Forget();
        // Where some layers are frozen and others learn, each batch norm goes its own way: that is the library's.
        bool isWhole = !training || !Parameters.AnyFrozen || IsFeatureFrozen;
        if (IsOurs && isWhole && !Training.Autocast.IsOn)
            return ExtractOwn(images, training && !IsFeatureFrozen);
        Tensor x = Tell("conv0", F.conv2d(Spread(images), Value("features.conv0.weight"), strides: [2, 2], padding: [3, 3]));
        x = Tell("relu0", Tell("norm0", Normalise("features.norm0", x, training)).relu_());
        x = Tell("pool0", F.max_pool2d(x, 3, 2, 1));
        for (int block = 0; block < _shape.Layers.Length; block++)
        {
            string name = $"denseblock{block + 1}", transition = $"features.transition{block + 1}";
            x = Tell(name, Block("features." + name, _shape.Layers[block], x, training));
            if (block == _shape.Layers.Length - 1)
                break;
            x = Normalise(transition + ".norm", x, training).relu_();
            x = Tell($"transition{block + 1}", F.avg_pool2d(F.conv2d(x, Value(transition + ".conv.weight")), 2));
        }

        string last = $"norm{_shape.Layers.Length + 1}";
        return Tell(last, Normalise("features." + last, x, training)).relu_();
    }

    private Tensor Block(string name, int layers, Tensor x, bool training)
    {
        List<Tensor> maps = [x];
        for (int i = 1; i <= layers; i++)
        {
            string layer = $"{name}.denselayer{i}";
            Tensor y = Normalise(layer + ".norm1", i == 1 ? x : cat(maps, 1), training).relu_();
            y = F.conv2d(y, Value(layer + ".conv1.weight"));
            y = Normalise(layer + ".norm2", y, training).relu_();
            maps.Add(F.conv2d(y, Value(layer + ".conv2.weight"), padding: [1, 1]));
        }

        return cat(maps, 1);
    }

    private Tensor Normalise(string name, Tensor x, bool training)
    {
        int weight = _parameters[name + ".weight"], mean = _running[name + ".running_mean"];
        return F.batch_norm(
            x, Running(mean), Running(mean + 1), Parameters[weight], Parameters[weight + 1], training
                && !Parameters.IsFrozen(weight), Momentum, Epsilon);
    }

    /// <summary>Whether only the classifier learns.</summary>
    private bool IsFeatureFrozen => Enumerable.Range(0, Parameters.Shapes.Count - 2).All(Parameters.IsFrozen);

    /// <summary>Images of the network's channels in channels_last memory.</summary>
    private Tensor Spread(Tensor images)
    {
        ReadOnlySpan<long> shape = images.shape;
        if (shape.Length != 4 || (shape[1] != 1 && shape[1] != Channels) || Math.Min(shape[2], shape[3]) < SmallestSize)
        {
            throw new ArgumentException(
                $"The input is {string.Join(" x ", shape.ToArray())}; the network takes N x 1 x S x S or N x {Channels} x S x S with S of at least {SmallestSize}.");
        }

        if (shape[1] < Channels)
        {
            images = images.expand(-1, Channels, -1, -1);
            if (Scale == PixelScale.ImageNet)
                images = (images - Channel(ImageNetScale.Means)) / Channel(ImageNetScale.Deviations);
        }

        return images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
    }

    private Tensor Channel(double[] values) => tensor(values, Type, Device).reshape(1, Channels, 1, 1);

    private Tensor Value(string name) => Parameters[_parameters[name]];

    private Tensor Tell(string stage, Tensor x)
    {
        Watch?.Invoke(stage, x);
        return x;
    }
}
