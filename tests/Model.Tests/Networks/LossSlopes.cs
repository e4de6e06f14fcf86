using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Networks;

/// <summary>A network's gradients against the loss itself, moved a little along one value of each tensor.</summary>
internal static class LossSlopes
{
    private const double Step = 1e-6;

    /// <param name="worker">With a network in float64.</param>
    /// <param name="images">A batch.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="tolerance">Relative.</param>
    public static void AssertEqualGradients(BatchWorker worker, Tensor images, float[] labels, double tolerance)
    {
        ParameterBuffer parameters = worker.Network.Parameters;
        worker.ComputeGradients(images, labels);
        double[] gradients = [.. parameters.Gradients.data<double>()];
        long offset = 0;
        foreach (TensorShape shape in parameters.Shapes)
        {
            int index = (int)(offset + shape.Count / 2);
            double slope = (LossAt(index, Step) - LossAt(index, -Step)) / (2 * Step);
            Assert.Equal(slope, gradients[index], 1e-6 + tolerance * Math.Abs(slope));
            offset += shape.Count;
        }

        double LossAt(int index, double step)
        {
            Move(index, step);
            double loss = worker.ComputeGradients(images, labels).Loss;
            Move(index, -step);
            return loss;
        }

        void Move(int index, double step)
        {
            using IDisposable noGradient = no_grad();
            parameters.Values[index] += step;
        }
    }
}
