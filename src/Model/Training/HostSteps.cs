using static TorchSharp.torch;

namespace ChestXray.Model.Training;

/// <summary>Steps whose results are there when the call returns.</summary>
/// <param name="worker">The caller's.</param>
internal sealed class HostSteps(BatchWorker worker) : IStepQueue
{
    private IBatchPass? _pass;
    private (int First, int Count) _batch;
    private (double Loss, double GradientNorm, double WeightNorm) _values;

    public void Train(IBatchPass pass, int first, int count, double rate)
    {
        using Tensor images = pass.Images();
        _values = worker.Train(images, pass.Labels, rate);
        (_pass, _batch) = (pass, (first, count));
    }

    public void Infer(IBatchPass pass, int first, int count)
    {
        using Tensor images = pass.Images();
        _values = (worker.Infer(images, pass.Labels), 0, 0);
        (_pass, _batch) = (pass, (first, count));
    }

    public bool TryTake(bool waits, out StepOutcome outcome)
    {
        outcome = default;
        if (_pass is not { } pass)
            return false;
        _pass = null;
        outcome = new()
        {
            First = _batch.First,
            Count = _batch.Count,
            Step = worker.Optimiser.Steps,
            Loss = _values.Loss,
            GradientNorm = _values.GradientNorm,
            WeightNorm = _values.WeightNorm,
            Probabilities = worker.Probabilities(_batch.Count),
            Labels = pass.Labels,
        };
        return true;
    }

    public void Dispose()
    {
    }
}
