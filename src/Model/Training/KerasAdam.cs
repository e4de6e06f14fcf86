using ChestXray.Model.Networks;
using TorchSharp;
using static ChestXray.Model.Networks.TensorMemory;
using static TorchSharp.torch;

namespace ChestXray.Model.Training;

/// <summary>Adam as Keras 2 computes it, over one flat buffer: one pass over it on the CPU in float32, else eight native calls, whatever the network
/// (and as much again for each change of the learning rate's factor along it; frozen ranges are left out). Not
/// thread-safe.</summary>
/// <remarks>
/// alpha = rate * sqrt(1 - b2^t) / (1 - b1^t); m += (g - m)(1 - b1); v += (g^2 - v)(1 - b2); w -= m alpha / (sqrt(v) + 1e-7).
/// The powers are of float32(0.9) and float32(0.999) in every type, as in Keras. PyTorch's Adam adds epsilon elsewhere: not
/// equal.
/// </remarks>
public sealed class KerasAdam : IDisposable
{
    private const double Epsilon = 1e-7;
    private const double OneMinusBeta1 = 0.1, OneMinusBeta2 = 0.001;
    private readonly ParameterBuffer _parameters;
    private readonly Tensor _scratch;
    private readonly Tensor _meanShare;
    private readonly Tensor _varianceShare;
    private readonly Scalar _epsilon = Epsilon;

    /// <summary>Moments of zero for a network's parameters, which stay the caller's.</summary>
    public KerasAdam(ParameterBuffer parameters)
    {
        _parameters = parameters;
        Mean = zeros_like(parameters.Values).DetachFromDisposeScope();
        Variance = zeros_like(parameters.Values).DetachFromDisposeScope();
        _scratch = zeros_like(parameters.Values).DetachFromDisposeScope();
        _meanShare = full([], OneMinusBeta1, parameters.Values.dtype, parameters.Values.device).DetachFromDisposeScope();
        _varianceShare = full([], OneMinusBeta2, parameters.Values.dtype, parameters.Values.device).DetachFromDisposeScope();
    }

    /// <summary>Steps done so far.</summary>
    public long Steps { get; set; }

    /// <summary>One pass of our own where that is possible. For comparisons.</summary>
    public bool UsesOnePass { get; init; } = true;

    /// <summary>First moments, laid out as the parameters.</summary>
    public Tensor Mean { get; }

    /// <summary>Second moments, laid out as the parameters.</summary>
    public Tensor Variance { get; }

    /// <summary>One step from the gradients that lie in the buffer. Leaves the gradients as they are.</summary>
    /// <param name="learningRate">This step's rate.</param>
    public void Step(double learningRate)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((long offset, long count, double alpha) in Begin(learningRate))
        {
            if (IsOnePass)
                StepInOnePass(alpha, offset, count);
            else
                Step(alpha, tensor => count == tensor.NumberOfElements ? tensor : tensor.narrow(0, offset, count));
        }
    }

    /// <summary>Counts a step and gives its ranges that learn, each with its corrected rate; the caller does them.</summary>
    internal IEnumerable<(long Offset, long Count, double Alpha)> Begin(double learningRate)
    {
        Steps++;
        double alpha = learningRate * Math.Sqrt(1 - Math.Pow(0.999f, Steps)) / (1 - Math.Pow(0.9f, Steps));
        foreach ((long offset, long count, double rate) in _parameters.RateRanges())
        {
            if (rate > 0)
                yield return (offset, count, alpha * rate);
        }
    }

    /// <summary>Norms of the gradients and of the values.</summary>
    public (double Gradients, double Values) Norms() => IsOnePass
        ? (Norm(_parameters.Gradients), Norm(_parameters.Values))
        : (_parameters.Gradients.norm().ToDouble(), _parameters.Values.norm().ToDouble());

    /// <summary>The same norms where the parameters lie; nobody waits for them.</summary>
    /// <param name="gradients">One value, which is written.</param>
    /// <param name="values">One value, which is written.</param>
    internal void WriteNorms(Tensor gradients, Tensor values)
    {
        using DisposeScope scope = NewDisposeScope();
        gradients.copy_(_parameters.Gradients.norm());
        values.copy_(_parameters.Values.norm());
    }

    private bool IsOnePass =>
        UsesOnePass && _parameters.Values.dtype == ScalarType.Float32 && _parameters.Values.device_type == DeviceType.CPU;

    private static unsafe double Norm(Tensor values) =>
        AdamPass.Norm(At<float>(values), values.NumberOfElements, get_num_threads());

    private unsafe void StepInOnePass(double alpha, long offset, long count) => AdamPass.Step(
        At<float>(_parameters.Gradients) + offset, At<float>(Mean) + offset, At<float>(Variance) +
            offset, At<float>(_parameters.Values) + offset, count,
        (float)alpha, get_num_threads());

    private void Step(double alpha, Func<Tensor, Tensor> range)
    {
        using Scalar step = -alpha;
        Tensor gradients = range(_parameters.Gradients), mean = range(Mean), variance = range(Variance),
            scratch = range(_scratch);
        mean.lerp_(gradients, _meanShare);
        scratch.copy_(gradients).mul_(gradients);
        variance.lerp_(scratch, _varianceShare);
        scratch.copy_(variance).sqrt_().add_(_epsilon);
        range(_parameters.Values).addcdiv_(mean, scratch, step);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Variance.Dispose();
        _scratch.Dispose();
        _meanShare.Dispose();
        _varianceShare.Dispose();
        _epsilon.Dispose();
    }
}
