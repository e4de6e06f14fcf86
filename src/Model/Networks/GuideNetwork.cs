using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ChestXray.Model.Networks;

/// <summary>
/// The guide's CNN: four times [convolution 7x7, no padding, bias; max pool 2x2; ReLU; batch norm], global average pooling, dropout 0.2,
/// dense 14. Gives logits; the sigmoid belongs to the loss. 530,638 values, 530,158 of them trainable. Not thread-safe.
/// </summary>
/// <remarks>
/// The guide pools after ReLU. ReLU is monotone, so pooling before it gives the same values and sends the gradient to the same
/// element, on a tensor a quarter of the size.
/// </remarks>
public sealed partial class GuideNetwork : IDisposable
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
    private readonly Tensor[] _means = new Tensor[Blocks];
    private readonly Tensor[] _variances = new Tensor[Blocks];
    private readonly (Tensor Convolved, Tensor Places, Tensor Pooled)?[] _tape = new (Tensor, Tensor, Tensor)?[Blocks];

    /// <summary>A network with Keras' initialisation.</summary>
    /// <param name="seed">The same seed gives the same values on every machine (see <see cref="Initialise"/>).</param>
    /// <param name="type">float32 to work; float64 to compare with another framework.</param>
    /// <param name="device">Where it lives; null is the CPU.</param>
    public GuideNetwork(ulong seed = 0, ScalarType type = ScalarType.Float32, Device? device = null)
    {
        if (type is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"A network of type {type} was asked for; use Float32 or Float64.", nameof(type));

        Type = type;
        Device = device ?? CPU;
        Parameters = new ParameterBuffer(ParameterShapes, type, Device);
        Statistics = zeros([2 * _filters.Sum()], type, Device).DetachFromDisposeScope();
        int offset = 0;
        for (int i = 0; i < Blocks; i++, offset += 2 * _filters[i - 1])
        {
            _means[i] = Statistics.narrow(0, offset, _filters[i]).DetachFromDisposeScope();
            _variances[i] = Statistics.narrow(0, offset + _filters[i], _filters[i]).DetachFromDisposeScope();
        }

        Initialise(seed);
    }

    /// <summary>The names and shapes of the 18 trainable tensors, in the order of <see cref="Parameters"/>.</summary>
    public static IReadOnlyList<TensorShape> ParameterShapes { get; } = [.. MakeParameterShapes()];

    /// <summary>The names and shapes of the batch norms' running values, in the order of <see cref="Statistics"/>.</summary>
    public static IReadOnlyList<TensorShape> StatisticShapes { get; } = [.. MakeStatisticShapes()];

    /// <summary>float32 or float64.</summary>
    public ScalarType Type { get; }

    /// <summary>Where the values live and the work is done.</summary>
    public Device Device { get; }

    /// <summary>Kernels, biases and the batch norms' scales and shifts, with their gradients.</summary>
    public ParameterBuffer Parameters { get; }

    /// <summary>Running mean and variance of the four batch norms, flat: mean 1, variance 1, mean 2, ...</summary>
    public Tensor Statistics { get; }

    /// <summary>Pool and rectify in one pass of our own where that is possible (float32 on the CPU, no autocast). For comparisons.</summary>
    public bool FusesPooling { get; init; } = true;

    /// <summary>Logits of a batch.</summary>
    /// <param name="images">N x 1 x S x S of this network's type and device, S at least <see cref="SmallestSize"/>.</param>
    /// <param name="training">Batch statistics (and their running values move) instead of the running ones.</param>
    /// <param name="dropout">N x 128 of 0 and 1 / 0.8 that the features are multiplied by; null: no dropout.</param>
    /// <returns>N x 14, in the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public Tensor Forward(Tensor images, bool training, Tensor? dropout = null)
    {
        ReadOnlySpan<long> shape = images.shape;
        if (shape.Length != 4 || shape[1] != 1 || Math.Min(shape[2], shape[3]) < SmallestSize)
        {
            throw new ArgumentException(
                $"The input is {string.Join(" x ", shape.ToArray())}; the network takes N x 1 x S x S with S of at least {SmallestSize}.");
        }

        _taped = null;
        Tensor features = TransformsConvolutions && !Training.Autocast.IsOn ? ForwardOwn(images, training) : ForwardLibrary(images, training);
        if (dropout is not null)
            features = features * dropout;
        return F.linear(features, Parameters[Blocks * TensorsPerBlock], Parameters[Blocks * TensorsPerBlock + 1]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _blocks?.Dispose();
        for (int i = 0; i < Blocks; i++)
        {
            _means[i].Dispose();
            _variances[i].Dispose();
        }

        Statistics.Dispose();
        Parameters.Dispose();
    }

    /// <summary>Adds to the gradients of <see cref="Parameters"/> what the last training forward's logits ask for.</summary>
    /// <param name="logits">What <see cref="Forward"/> gave, in the same dispose scope.</param>
    /// <param name="gradient">dLoss/dlogits, of the same shape.</param>
    public void Backward(Tensor logits, Tensor gradient)
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

    private Tensor ForwardLibrary(Tensor x, bool training)
    {
        for (int i = 0; i < Blocks; i++)
        {
            int first = i * TensorsPerBlock;
            x = Pool(i, F.conv2d(x, Parameters[first], Parameters[first + 1]));
            x = F.batch_norm(x, _means[i], _variances[i], Parameters[first + 2], Parameters[first + 3], training, Momentum, Epsilon);
        }

        return x.mean([2L, 3L]);
    }

    // The graph is cut at a fused pooling: Backward carries the gradient across.
    private Tensor Pool(int index, Tensor x)
    {
        _tape[index] = null;
        bool isFused = FusesPooling && Device.type == DeviceType.CPU && x.dtype == ScalarType.Float32 && x.permute(0, 2, 3, 1).is_contiguous();
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
