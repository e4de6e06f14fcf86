using System.Runtime.InteropServices;
using ChestXray.Model.Networks;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Training;

/// <summary>
/// One batch through a network: forward, loss and gradient in one pass over the N x 14 logits, backward, Adam. Owns its scratch
/// memory and the optimiser, not the network. Not thread-safe; call it from one thread, since autocast is the thread's.
/// </summary>
public sealed class BatchWorker : IDisposable
{
    private readonly BinaryCrossEntropy _loss;
    private readonly Tensor _gradient;
    private readonly Tensor _mask;
    private readonly float[] _probabilities;
    private readonly DropoutMask _dropout;
    private readonly bool _bfloat16;

    /// <param name="network">The caller's.</param>
    /// <param name="loss">Either loss.</param>
    /// <param name="batchSize">The most samples of a batch.</param>
    /// <param name="seed">Key of dropout.</param>
    /// <param name="bfloat16">Convolutions in bfloat16.</param>
    public BatchWorker(Network network, BinaryCrossEntropy loss, int batchSize, ulong seed, bool bfloat16 = false)
    {
        if (bfloat16 && network.Type != ScalarType.Float32)
            throw new ArgumentException($"bfloat16 is for float32 networks; this one is {network.Type}.");
        (Network, _loss, _bfloat16) = (network, loss, bfloat16);
        _dropout = DropoutMask.Of(network, seed);
        Optimiser = new KerasAdam(network.Parameters);
        _gradient = empty([batchSize, Findings.Count], network.Type).DetachFromDisposeScope();
        _mask = empty([batchSize, network.DropoutFeatures], ScalarType.Float32).DetachFromDisposeScope();
        _probabilities = new float[batchSize * Findings.Count];
    }

    /// <summary>The network that learns.</summary>
    public Network Network { get; }

    /// <summary>Its optimiser.</summary>
    public KerasAdam Optimiser { get; }

    /// <summary>Whether dropout is on in training; off only to compare with another framework.</summary>
    public bool HasDropout { get; init; } = true;

    /// <summary>The loss that it was made with.</summary>
    internal BinaryCrossEntropy Loss => _loss;

    /// <summary>The probabilities of the batch before, N x 14; valid until the next one.</summary>
    public ReadOnlySpan<float> Probabilities(int count) => _probabilities.AsSpan(0, count * Findings.Count);

    /// <summary>One training step. Where the loss or the gradients are not finite, no weight is touched.</summary>
    /// <param name="images">N x 1 x S x S, float32 on the CPU or already of the network's type and device.</param>
    /// <param name="labels">N x 14.</param>
    /// <param name="learningRate">This step's rate.</param>
    /// <returns>The loss before the step, and the norms of the gradients and of the weights before it.</returns>
    public (double Loss, double GradientNorm, double WeightNorm) Train(
        Tensor images, ReadOnlySpan<float> labels, double learningRate)
    {
        (double loss, double gradientNorm, double weightNorm) = ComputeGradients(images, labels);
        if (double.IsFinite(loss) && double.IsFinite(gradientNorm))
            Optimiser.Step(learningRate);
        return (loss, gradientNorm, weightNorm);
    }

    /// <summary>A training step without its last part: gradients lie in the network's buffer afterwards.</summary>
    public (double Loss, double GradientNorm, double WeightNorm) ComputeGradients(Tensor images, ReadOnlySpan<float> labels)
    {
        using DisposeScope scope = NewDisposeScope();
        int count = checked((int)images.shape[0]);
        Network.Parameters.Gradients.zero_();
        Tensor logits = Forward(Place(images), training: true, HasDropout && Network.DropoutFeatures > 0
            ? DrawMask(count) : null);
        Tensor gradient = _gradient.narrow(0, 0, count);
        double loss = Evaluate(logits, labels, gradient);
        if (!double.IsFinite(loss))
            return (loss, double.NaN, double.NaN);
        Network.Backward(logits, gradient.to(Network.Device));
        Network.Parameters.ClearFrozenGradients();
        (double gradients, double values) = Optimiser.Norms();
        return (loss, gradients, values);
    }

    /// <summary>The loss of a batch with dropout off and running statistics; fills <see cref="Probabilities"/>.</summary>
    public double Infer(Tensor images, ReadOnlySpan<float> labels)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return Evaluate(Forward(Place(images), training: false, null), labels, null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Optimiser.Dispose();
        _gradient.Dispose();
        _mask.Dispose();
    }

    private Tensor Place(Tensor images) => images.to(Network.Type, Network.Device);

    /// <summary>Logits, convolutions in bfloat16 where that was asked for.</summary>
    internal Tensor Forward(Tensor images, bool training, Tensor? mask)
    {
        if (!_bfloat16)
            return Network.Forward(images, training, mask);
        Autocast.Begin(Network.Device.type);
        try
        {
            return Network.Forward(images, training, mask).@float();
        }
        finally
        {
            Autocast.End(Network.Device.type);
        }
    }

    private double Evaluate(Tensor logits, ReadOnlySpan<float> labels, Tensor? gradient)
    {
        Span<byte> values = logits.detach().cpu().bytes;
        Span<float> probabilities = _probabilities.AsSpan(0, labels.Length);
        Span<byte> slope = gradient is null ? default : gradient.bytes;
        return Network.Type == ScalarType.Float32
            ? _loss.Evaluate(MemoryMarshal.Cast<byte, float>(values), labels, MemoryMarshal.Cast<byte, float>(slope),
                probabilities)
            : _loss.Evaluate(MemoryMarshal.Cast<byte, double>(values), labels, MemoryMarshal.Cast<byte, double>(slope),
                probabilities);
    }

    private Tensor DrawMask(int count)
    {
        Tensor mask = _mask.narrow(0, 0, count);
        _dropout.Fill(Optimiser.Steps, MemoryMarshal.Cast<byte, float>(mask.bytes));
        return mask.to(Network.Type, Network.Device);
    }
}
