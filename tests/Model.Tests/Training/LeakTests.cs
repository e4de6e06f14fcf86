using System.Diagnostics;
using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using TorchSharp;

namespace ChestXray.Model.Tests.Training;

/// <summary>Counts the whole process' tensors, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
[Collection(nameof(LeakTests))]
public class LeakTests
{
    private const string StepsVariable = "CHESTXRAY_LEAK_STEPS";

    /// <remarks>Memory needs steps to settle: it is looked at where there are many.</remarks>
    [Theory]
    [InlineData("guide", 150)]
    [InlineData("densenet121", 5)]
    public void Tensors_and_resident_memory_stay_flat_over_steps(string name, int least)
    {
        int steps = int.TryParse(Environment.GetEnvironmentVariable(StepsVariable), out int wanted)
            ? int.Max(wanted, least) : least;
        TorchRuntime.Start();
        using Network network = NetworkCatalogue.Make(new() { Name = name }, 0, torch.CPU);
        using BatchWorker worker = new(network, new BinaryCrossEntropy(LossKind.Plain, null), 2, 0);
        using BatchRing ring = new(2, 2, 106);
        new PatchSource(2).Read(0, 0, 2, ring.Pixels(0, 2), ring.Labels(0, 2));
        for (int i = 0; i < least / 2; i++)
            Step();

        // What other tests left to the finaliser must not go while we count.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        (long tensors, long bytes) = (torch.Tensor.TotalCount, ResidentBytes());
        for (int i = 0; i < steps; i++)
            Step();
        Assert.Equal(tensors, torch.Tensor.TotalCount);
        if (least >= 100)
            Assert.InRange(ResidentBytes() - bytes, long.MinValue, 24L << 20);

        void Step()
        {
            using torch.Tensor images = ring.Images(0, 2);
            worker.Train(images, ring.Labels(0, 2), 1e-3);
            worker.Infer(images, ring.Labels(0, 2));
        }
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        TorchRuntime.ReleaseFreedMemory();
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
