using ChestXray.Model.Training;
using static TorchSharp.torch;

namespace ChestXray.Model.Benchmarks;

/// <summary>What a training step must show before it is timed.</summary>
internal static class StepCheck
{
    /// <summary>Holds the gradients to those of the tensor library's graph, and sees the loss fall.</summary>
    /// <param name="bench">Hears of it.</param>
    /// <param name="worker">With our network.</param>
    /// <param name="library">With equal values under the tensor library's operations.</param>
    /// <param name="images">A batch.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="steps">Steps that must lower its loss.</param>
    /// <param name="rate">Their learning rate.</param>
    public static void Run(
        Bench bench, BatchWorker worker, BatchWorker library, Tensor images, float[] labels, int steps, double rate)
    {
        double expected = library.ComputeGradients(images, labels).GradientNorm,
            found = worker.ComputeGradients(images, labels).GradientNorm;
        bench.Check(
            Math.Abs(found / expected - 1) < 1e-2, $"The gradients have the norm that the tensor library's operations give ({found:0.0000} and {expected:0.0000}).");
        double first = worker.Train(images, labels, rate).Loss, last = first;
        for (int i = 1; i < steps; i++)
            last = worker.Train(images, labels, rate).Loss;
        bench.Check(double.IsFinite(first)
            && last < first, $"{steps} steps on one batch lower its loss ({first:0.000} to {last:0.000}).");
    }
}
