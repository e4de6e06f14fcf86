using ChestXray.Model.Gpu;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Gpu;

/// <summary>The loss kernel at the addresses of tensors, beside training's own loss.</summary>
public class DeviceLossTests
{
    private const int Rows = 5;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 2)]
    public void Its_value_and_gradient_are_those_of_training_and_backward_takes_the_gradient(double smoothing, double focal)
    {
        TorchRuntime.Start();
        Random random = new(3);
        ClassWeights weights = ClassWeights.From(100, [.. Enumerable.Range(1, Findings.Count)]);
        BinaryCrossEntropy own = new(LossKind.Weighted, weights, smoothing, focal);
        float[] z = [.. Enumerable.Range(0, Rows * Findings.Count).Select(_ => (float)((random.NextDouble() - 0.5) * 8))];
        float[] y = [.. z.Select(_ => (float)random.Next(2))], slope = new float[z.Length];
        double value = own.Evaluate<float>(z, y, slope, []);

        using DisposeScope scope = NewDisposeScope();
        Tensor logits = tensor(z).view(Rows, Findings.Count).requires_grad_(true), labels = tensor(y);
        Tensor gradient = zeros([Rows, Findings.Count]), loss = zeros([1]);
        using RecordingDriver driver = new();
        int kernel = driver.LoadLoss(new()
        {
            Classes = Findings.Count,
            PositiveWeights = weights.Positive.ToArray(),
            NegativeWeights = weights.Negative.ToArray(),
            Smoothing = smoothing,
            Focal = focal,
        });
        LossCall call = new(
            TensorAddress.Of(logits), TensorAddress.Of(labels), TensorAddress.Of(gradient), Rows, TensorAddress.Of(loss));
        driver.Loss(kernel, call, driver.TrainingStream);

        Assert.Equal(value, loss.ToSingle(), 1e-5 * value);
        float[] found = gradient.data<float>().ToArray();
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(slope[i], found[i], (1e-5 * Math.Abs(slope[i])) + 1e-7);
        (logits * 2).backward([gradient]);
        Assert.Equal(found.Select(one => 2 * one), logits.grad!.data<float>().ToArray());
    }
}
