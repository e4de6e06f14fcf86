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

    [Fact]
    public void Tensors_and_resident_memory_stay_flat_over_steps()
    {
        int steps = int.TryParse(Environment.GetEnvironmentVariable(StepsVariable), out int wanted) ? wanted : 150;
        TorchRuntime.Start();
        using GuideNetwork network = new();
        using BatchWorker worker = new(network, new BinaryCrossEntropy(LossKind.Plain, null), 2, 0);
        using BatchRing ring = new(2, 2, 106);
        new PatchSource(2).Read(0, 0, 2, ring.Pixels(0, 2), ring.Labels(0, 2));
        for (int i = 0; i < 50; i++)
            Step();
        (long tensors, long bytes) = (torch.Tensor.TotalCount, ResidentBytes());
        for (int i = 0; i < steps; i++)
            Step();
        Assert.Equal(tensors, torch.Tensor.TotalCount);
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
