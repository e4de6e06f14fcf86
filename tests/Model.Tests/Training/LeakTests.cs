using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using TorchSharp;

namespace ChestXray.Model.Tests.Training;

/// <summary>Counts the whole process' tensors, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
[Collection(nameof(LeakTests))]
public class LeakTests
{
    [Theory]
    [InlineData("guide", 50)]
    [InlineData("densenet121", 5)]
    public void The_number_of_tensors_stays_flat_over_steps(string name, int steps)
    {
        TorchRuntime.Start();
        using Network network = NetworkCatalogue.Make(new() { Name = name }, 0, torch.CPU);
        using BatchWorker worker = new(network, new BinaryCrossEntropy(LossKind.Plain, null), 2, 0);
        using BatchRing ring = new(2, 2, 106);
        new PatchSource(2).Read(0, 0, 2, ring.Pixels(0, 2), ring.Labels(0, 2));
        Step();
        long before = torch.Tensor.TotalCount;
        for (int i = 0; i < steps; i++)
            Step();
        Assert.Equal(before, torch.Tensor.TotalCount);

        void Step()
        {
            using torch.Tensor images = ring.Images(0, 2);
            worker.Train(images, ring.Labels(0, 2), 1e-3);
            worker.Infer(images, ring.Labels(0, 2));
        }
    }
}
