using ChestXray.Kernels;
using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Gpu;

/// <summary>
/// Steps on a device: forward, the loss kernel at the logits' address, backward from its gradient, Adam's kernel, a copy of loss,
/// norms and logits to the host, all queued on the stream of training. The host reads them when they are there, and waits only
/// when it is <see cref="Depth"/> batches ahead.
/// </summary>
/// <remarks>
/// Weights have moved on by up to <see cref="Depth"/> batches when a loss that is not finite is heard of: whoever takes such a
/// result must not keep the weights. A checkpoint has to be taken when every result was.
/// </remarks>
internal sealed unsafe class DeviceSteps : IStepQueue
{
    /// <summary>Batches whose results may be on their way while the next is queued.</summary>
    public const int Depth = 2;

    // Loss, norm of the gradients, norm of the weights, and one that keeps the logits at a multiple of 16 bytes.
    private const int Scalars = 4;
    private const int Places = Depth + 1;

    private readonly DeviceSupply _supply;
    private readonly IStepDriver _driver;
    private readonly BatchWorker _worker;
    private readonly Tensor _gradient, _answers;
    private readonly nint _host;
    private readonly int _kernel, _adam, _stride;
    private readonly int[] _answered;
    private readonly float[] _probabilities;
    private readonly float[][] _labels;
    private readonly Queue<Batch> _pending = new(Places);
    private int _next;

    /// <param name="supply">Makes the batches; outlives it.</param>
    /// <param name="worker">Of a float32 network on the same device; the caller's.</param>
    public DeviceSteps(DeviceSupply supply, BatchWorker worker)
    {
        (_supply, _driver, _worker) = (supply, supply.Driver, worker);
        int values = supply.Ring.Shape.BatchSize * Findings.Count;
        _stride = Scalars + values;
        Device device = worker.Network.Device;
        _gradient = zeros([supply.Ring.Shape.BatchSize, Findings.Count], ScalarType.Float32, device).DetachFromDisposeScope();
        _answers = zeros([Places, _stride], ScalarType.Float32, device).DetachFromDisposeScope();
        _host = HostMemory(Places * _stride * sizeof(float));
        _kernel = _driver.LoadLoss(worker.Loss.ForKernels);
        _adam = _driver.LoadAdam();
        _answered = [.. Enumerable.Range(0, Places).Select(_ => _driver.MakeMark())];
        _probabilities = new float[values];
        _labels = [.. Enumerable.Range(0, Places).Select(_ => new float[values])];
    }

    public void Train(IBatchPass pass, int first, int count, double rate)
    {
        DevicePass batch = (DevicePass)pass;
        using DisposeScope scope = NewDisposeScope();
        Network network = _worker.Network;
        network.Parameters.Gradients.zero_();
        bool isMasked = _worker.HasDropout && network.DropoutFeatures > 0;
        Tensor logits = _worker.Forward(batch.Images(), training: true, isMasked ? batch.Mask() : null);
        (Tensor answer, Tensor gradient) = Evaluate(logits, batch, count);
        network.Backward(logits, gradient);
        network.Parameters.ClearFrozenGradients();
        _worker.Optimiser.WriteNorms(answer.narrow(0, 1, 1).squeeze(), answer.narrow(0, 2, 1).squeeze());
        Learn(network.Parameters, rate);
        Answer(batch, first, count);
    }

    public void Infer(IBatchPass pass, int first, int count)
    {
        DevicePass batch = (DevicePass)pass;
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        (Tensor answer, _) = Evaluate(_worker.Forward(batch.Images(), training: false, null), batch, count);
        answer.narrow(0, 1, 2).zero_();
        Answer(batch, first, count);
    }

    public bool TryTake(bool waits, out StepOutcome outcome)
    {
        outcome = default;
        if (!_pending.TryPeek(out Batch batch))
            return false;
        if (!_driver.IsDone(_answered[batch.Place]))
        {
            if (!waits && _pending.Count <= Depth)
                return false;
            _driver.Wait(_answered[batch.Place]);
        }

        _pending.Dequeue();
        ReadOnlySpan<float> answer = new((float*)_host + ((nint)batch.Place * _stride), _stride);
        int values = batch.Count * Findings.Count;
        for (int i = 0; i < values; i++)
            _probabilities[i] = (float)(1 / (1 + Math.Exp(-(double)answer[Scalars + i])));
        outcome = new()
        {
            First = batch.First,
            Count = batch.Count,
            Step = batch.Step,
            Loss = answer[0],
            GradientNorm = answer[1],
            WeightNorm = answer[2],
            Probabilities = _probabilities.AsSpan(0, values),
            Labels = _labels[batch.Place].AsSpan(0, values),
        };
        return true;
    }

    public void Dispose()
    {
        try
        {
            // What was queued still writes here.
            while (_pending.TryDequeue(out Batch batch))
                _driver.Wait(_answered[batch.Place]);
        }
        catch (DriverException)
        {
            // The device is lost: what ran on it runs no more.
        }

        _driver.Free(_host);
        _gradient.Dispose();
        _answers.Dispose();
    }

    /// <summary>Starts the loss at the logits' address; the answer of this batch's place, and the loss's gradient.</summary>
    private (Tensor Answer, Tensor Gradient) Evaluate(Tensor logits, DevicePass batch, int count)
    {
        if (_pending.Count == Places)
            throw new InvalidOperationException($"{Places} results wait to be taken; take one before the next batch.");
        Tensor values = logits.detach().contiguous(), gradient = _gradient.narrow(0, 0, count);
        Tensor answer = _answers.select(0, _next);
        LossCall call = new(
            TensorAddress.Of(values), _supply.Ring.LabelsAddress(batch.Slot), TensorAddress.Of(gradient), count,
            TensorAddress.Of(answer));
        _driver.Loss(_kernel, call, _driver.TrainingStream);
        answer.narrow(0, Scalars, (long)count * Findings.Count).copy_(values.view(-1));
        return (answer, gradient);
    }

    /// <summary>Adam: one launch, or one for each run of layers with a learning rate of their own.</summary>
    private void Learn(ParameterBuffer parameters, double rate)
    {
        KerasAdam adam = _worker.Optimiser;
        nint gradients = TensorAddress.Of(parameters.Gradients), mean = TensorAddress.Of(adam.Mean);
        nint variance = TensorAddress.Of(adam.Variance), values = TensorAddress.Of(parameters.Values);
        foreach ((long offset, long count, double alpha) in adam.Begin(rate))
        {
            nint at = (nint)offset * sizeof(float);
            AdamCall call = new(gradients + at, mean + at, variance + at, values + at, count, (float)alpha);
            _driver.Step(_adam, call, _driver.TrainingStream);
        }
    }

    /// <summary>Sends the answer to the host.</summary>
    private void Answer(DevicePass batch, int first, int count)
    {
        long bytes = (long)(Scalars + (count * Findings.Count)) * sizeof(float), at = (long)_next * _stride * sizeof(float);
        _driver.Copy(_host + (nint)at, TensorAddress.Of(_answers) + (nint)at, bytes, _driver.TrainingStream);
        _driver.Record(_answered[_next], _driver.TrainingStream);
        batch.Labels.CopyTo(_labels[_next]);
        _pending.Enqueue(new(_next, first, count, _worker.Optimiser.Steps));
        _next = (_next + 1) % Places;
    }

    /// <summary>Page-locked, so that copies to it do not wait; where that is refused, what there is.</summary>
    private nint HostMemory(int bytes)
    {
        try
        {
            return _driver.AllocateHost(bytes, isPageLocked: true);
        }
        catch (DriverException error) when (!error.IsDeviceLost)
        {
            return _driver.AllocateHost(bytes, isPageLocked: false);
        }
    }

    private readonly record struct Batch(int Place, int First, int Count, long Step);
}
