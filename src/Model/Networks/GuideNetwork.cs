using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ChestXray.Model.Networks;

/// <summary>
/// The guide's CNN: four times [convolution 7x7, no padding, bias; max pool 2x2; ReLU; batch norm], global average pooling,
/// dropout 0.2, dense 14. Gives logits; the sigmoid belongs to the loss. 530,638 values, 530,158 of them trainable. Not
/// thread-safe.
/// </summary>
/// <remarks>
/// The guide pools after ReLU. ReLU is monotone, so pooling before it gives the same values and sends the gradient to the same
/// element, on a tensor a quarter of the size.
/// </remarks>
public sealed partial class GuideNetwork : Network
{
    /// <summary>Share of the 128 pooled features that training sets to zero.</summary>
    public const double DropoutRate = 0.2;

    /// <summary>The features that dropout masks: the last convolution's filters.</summary>
    public const int Features = 128;

    /// <summary>Below this height or width nothing is left for the last pooling.</summary>
    public const int SmallestSize = 106;

    private const int Kernel = 7, Blocks = 4, TensorsPerBlock = 4;
    private const double Momentum = 0.01, Epsilon = 1e-3;
    private static readonly int[] _filters = [16, 32, 64, Features];
    private readonly (Tensor Convolved, Tensor Places, Tensor Pooled)?[] _tape = new (Tensor, Tensor, Tensor)?[Blocks];

    /// <summary>A network with Keras' initialisation.</summary>
    /// <param name="seed">The same seed gives the same values on every machine (see <see cref="Initialise"/>).</param>
    /// <param name="type">float32 to work; float64 to compare with another framework.</param>
    /// <param name="device">Where it lives; null is the CPU.</param>
    public GuideNetwork(ulong seed = 0, ScalarType type = ScalarType.Float32, Device? device = null)
        : base(ParameterShapes, StatisticShapes, type, device) => Initialise(seed);

    /// <summary>The names and shapes of the 18 trainable tensors, in the order of <see cref="Network.Parameters"/>.</summary>
    public static IReadOnlyList<TensorShape> ParameterShapes { get; } = [.. MakeParameterShapes()];

    /// <summary>
    /// The names and shapes of the batch norms' running values, in the order of <see cref="Network.Statistics"/>.
    /// </summary>
    public static IReadOnlyList<TensorShape> StatisticShapes { get; } = [.. MakeStatisticShapes()];

    /// <inheritdoc/>
    public override string Name => NetworkCatalogue.Guide;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorShape> FileShapes { get; } = [.. ParameterShapes, .. StatisticShapes];

    /// <inheritdoc/>
    public override int LeastSize => SmallestSize;

    /// <inheritdoc/>
    public override int Channels => 1;

    /// <inheritdoc/>
    public override int DropoutFeatures => Features;

    /// <inheritdoc/>
    public override double DropoutShare => DropoutRate;

    /// <inheritdoc/>
    public override bool IsOurs => TransformsConvolutions && !Parameters.AnyFrozen;

    /// <inheritdoc/>
    /// <remarks>
    /// Each convolution moves the middle by 3 of its input's steps, each pooling by half a step before it doubles it.
    /// </remarks>
    public override (double First, double Step) MapPlaces { get; } =
        Enumerable.Range(0, Blocks).Aggregate((First: 0.5, Step: 1.0), (at, _) => (at.First + 3.5 * at.Step, 2 * at.Step));

    /// <inheritdoc/>
    public override string Head => "dense";

    /// <summary>
    /// Pool and rectify in one pass of our own where that is possible (float32 on the CPU, no autocast). For comparisons.
    /// </summary>
    public bool FusesPooling { get; init; } = true;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor images, bool training, Tensor? dropout = null)
    {
        RequireInput(images);
        _taped = null;
        Tensor features = IsOurs && !Training.Autocast.IsOn
            ? ForwardOwn(images, training) : MapsByLibrary(images, training).mean([2L, 3L]);
        if (dropout is not null)
            features = features * dropout;
        return Dense(features);
    }

    /// <inheritdoc/>
    public override Tensor FeatureMaps(Tensor images)
    {
        RequireInput(images);
        using IDisposable noGradient = no_grad();
        return MapsByLibrary(images, training: false);
    }

    /// <inheritdoc/>
    public override Tensor Classify(Tensor maps) => Dense(maps.mean([2L, 3L]));

    /// <inheritdoc/>
    public override string Summary(int size) => Summarise(size);

    private Tensor Dense(Tensor features) =>
        F.linear(features, Parameters[Blocks * TensorsPerBlock], Parameters[Blocks * TensorsPerBlock + 1]);

    private static void RequireInput(Tensor images)
    {
        ReadOnlySpan<long> shape = images.shape;
        if (shape.Length != 4 || shape[1] != 1 || Math.Min(shape[2], shape[3]) < SmallestSize)
        {
            throw new ArgumentException(
                $"The input is {string.Join(" x ", shape.ToArray())}; the network takes N x 1 x S x S with S of at least {SmallestSize}.");
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _blocks?.Dispose();
        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    public override void Backward(Tensor logits, Tensor gradient)
    {
        logits.backward([gradient]);
        BackwardOwn();
        for (int i = Blocks - 1; i >= 0; i--)
        {
            if (_tape[i] is not (Tensor convolved, Tensor places, Tensor pooled))
                continue;
            using Tensor slope = pooled.grad!;
            using Tensor spread = PooledReLU.Backward(convolved, places, slope, get_num_threads());
            convolved.backward([spread]);
            _tape[i] = null;
        }
    }

    private Tensor MapsByLibrary(Tensor x, bool training)
    {
        for (int i = 0; i < Blocks; i++)
        {
            int first = i * TensorsPerBlock;
            x = Pool(i, F.conv2d(x, Parameters[first], Parameters[first + 1]));
            bool moves = training && !Parameters.IsFrozen(first + 2);
            x = F.batch_norm(x, Running(2 * i), Running((2 * i) + 1), Parameters[first + 2], Parameters[first + 3], moves,
                Momentum, Epsilon);
        }

        return x;
    }

    // The graph is cut at a fused pooling: Backward carries the gradient across.
    private Tensor Pool(int index, Tensor x)
    {
        _tape[index] = null;
        bool isFused = FusesPooling && Device.type == DeviceType.CPU && x.dtype == ScalarType.Float32
            && x.permute(0, 2, 3, 1).is_contiguous();
        if (!isFused)
            return F.max_pool2d(x, 2).relu_();
        (Tensor pooled, Tensor places) = PooledReLU.Forward(x.detach(), get_num_threads());
        if (x.requires_grad)
            _tape[index] = (x, places, pooled.requires_grad_(true));
        return pooled;
    }

    private static IEnumerable<TensorShape> MakeParameterShapes()
    {
        int channels = 1;
        for (int i = 0; i < Blocks; channels = _filters[i], i++)
        {
            yield return new($"conv{i + 1}.weight", _filters[i], channels, Kernel, Kernel);
            yield return new($"conv{i + 1}.bias", _filters[i]);
            yield return new($"norm{i + 1}.weight", _filters[i]);
            yield return new($"norm{i + 1}.bias", _filters[i]);
        }

        yield return new("dense.weight", Findings.Count, Features);
        yield return new("dense.bias", Findings.Count);
    }

    private static IEnumerable<TensorShape> MakeStatisticShapes()
    {
        for (int i = 0; i < Blocks; i++)
        {
            yield return new($"norm{i + 1}.running_mean", _filters[i]);
            yield return new($"norm{i + 1}.running_var", _filters[i]);
        }
    }
}
