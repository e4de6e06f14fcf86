using System.Diagnostics;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using ChestXray.Model.Feeding;
using ChestXray.Model.Gpu;
using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Benchmarks;

/// <summary>
/// Parts (d) to (g): the guide's training step on a device, the loop around it on each tier, memory, repeatability.
/// </summary>
internal static class GpuStepBench
{
    private static readonly StoreTier[] _tiers = [StoreTier.Resident, StoreTier.Pinned, StoreTier.Staged];

    /// <summary>The step alone, beside PyTorch.</summary>
    public static void Step(Bench bench, GpuTarget target)
    {
        (int batch, int steps) = Shape(target);
        foreach ((string name, bool isTf32, bool isBfloat16) in new[]
        {
            ("float32", false, false), ("TF32", true, false), ("bfloat16", false, true),
        })
        {
            (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (isTf32, isTf32);
            using Trained trained = new(target, batch, isBfloat16);
            double rate = Alone(bench, target, trained, $"step, {name}", batch, steps);
            bench.Metric($"step_{name.ToLowerInvariant()}", rate);
        }

        (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (false, false);
        if (!target.IsQuick)
            bench.Peers("gpu_step_peers.py", "images/s");
    }

    /// <summary>The loop over the step alone, tier by tier, in turns.</summary>
    public static void Loops(Bench bench, GpuTarget target)
    {
        (int batch, int steps) = Shape(target);
        using Trained trained = new(target, batch, isBfloat16: false);
        double alone = Alone(bench, target, trained, "the step alone", batch, steps);
        foreach (StoreTier tier in _tiers)
        {
            using StoreBatchSource source = target.Source();
            using DeviceSupply supply = Open(target, source, tier, batch);
            bench.Check(supply.Memory.Tier == tier, $"The tier {TierChoice.Word(tier)} was opened.");
            int epoch = 0;
            string word = TierChoice.Word(tier);
            double rate = bench.Rate(
                $"the loop, {word}", "images/s", batch * steps, () => Loop(supply, source, trained, epoch++, steps));
            bench.Metric($"loop_over_step_{word}", rate / alone);
        }
    }

    /// <summary>Growth of resident memory and of tensors over many steps.</summary>
    public static void Memory(Bench bench, GpuTarget target)
    {
        (int batch, _) = Shape(target);
        int steps = target.IsQuick ? 6 : 5000, warm = target.IsQuick ? 2 : 200;
        using Trained trained = new(target, batch, isBfloat16: false);
        using StoreBatchSource source = target.Source();
        using DeviceSupply supply = Open(target, source, StoreTier.Resident, batch);
        Loop(supply, source, trained, 0, warm);
        (long tensors, long bytes) = (Tensor.TotalCount, ResidentBytes());
        for (int done = 0, epoch = 1; done < steps; epoch++)
            done += Loop(supply, source, trained, epoch, steps - done);
        bench.Metric("tensors_left", Tensor.TotalCount - tensors);
        bench.Metric("resident_mib_gained", (ResidentBytes() - bytes) / 1048576.0);
        bench.Check(supply.Ring.GuardsHold(), $"After {steps:N0} steps no byte beside a batch was written.");
    }

    /// <summary>Two runs of one seed, and the tiers among each other: one hash of all pixels.</summary>
    public static void Repeat(Bench bench, GpuTarget target)
    {
        (int batch, int steps) = Shape(target);
        ulong[] hashes = [.. _tiers.Append(StoreTier.Resident).Select(tier => Hash(target, tier, batch, steps))];
        bench.Check(
            hashes.Distinct().Count() == 1, "Two runs of one seed, and all three tiers, gave the same bits of every batch.");
    }

    private static ulong Hash(GpuTarget target, StoreTier tier, int batch, int steps)
    {
        using StoreBatchSource source = target.Source();
        using DeviceSupply supply = Open(target, source, tier, batch);
        using IBatchPass pass = supply.Begin(source, 1, 0);
        XxHash3 hash = new();
        for (int i = 0; i < steps && pass.TryTake(out _, out _); i++)
        {
            using DisposeScope scope = NewDisposeScope();
            hash.Append(MemoryMarshal.AsBytes<float>(pass.Images().cpu().contiguous().data<float>().ToArray()));
            pass.Release();
        }

        return hash.GetCurrentHashAsUInt64();
    }

    /// <summary>Images/s of steps on one batch that stays where it is, their results read as in training.</summary>
    private static double Alone(Bench bench, GpuTarget target, Trained trained, string name, int batch, int steps)
    {
        using StoreBatchSource source = target.Source();
        using DeviceSupply supply = Open(target, source, StoreTier.Resident, batch);
        using IStepQueue queue = supply.Steps(trained.Worker);
        using IBatchPass pass = supply.Begin(source, 0, 0);
        bench.Check(pass.TryTake(out int first, out int count) && count == batch, "A batch was made.");
        return bench.Rate(name, "images/s", batch * steps, () =>
        {
            for (int i = 0; i < steps; i++)
            {
                queue.Train(pass, first, count, 1e-3);
                Drain(queue, waits: false);
            }

            Drain(queue, waits: true);
        });
    }

    private static int Loop(DeviceSupply supply, StoreBatchSource source, Trained trained, int epoch, int steps)
    {
        using IStepQueue queue = supply.Steps(trained.Worker);
        using IBatchPass pass = supply.Begin(source, epoch, 0, trained.Worker.Optimiser.Steps);
        int done = 0;
        for (; done < steps && pass.TryTake(out int first, out int count); done++)
        {
            queue.Train(pass, first, count, 1e-3);
            Drain(queue, waits: false);
            pass.Release();
        }

        Drain(queue, waits: true);
        return done;
    }

    private static void Drain(IStepQueue queue, bool waits)
    {
        while (queue.TryTake(waits, out StepOutcome outcome))
        {
            if (!double.IsFinite(outcome.Loss))
                throw new InvalidDataException($"A step's loss is {outcome.Loss}.");
        }
    }

    private static DeviceSupply Open(GpuTarget target, StoreBatchSource source, StoreTier tier, int batch)
    {
        List<string> notes = [];
        DeviceSupplyOptions options = new(
            tier, new(batch, source.Size, GuideNetwork.Features), ScalarType.Float32, target.Device, target.IsQuick ? 1 : 4, 0,
            long.MaxValue)
        {
            Dropout = new(GuideNetwork.Features, GuideNetwork.DropoutRate, 0),
        };
        KernelStepDriver driver = target.OpenDriver();
        return DeviceSupply.TryOpen(driver, [source], options, notes.Add)
            ?? throw new JobException($"The tier {TierChoice.Word(tier)} can't be opened: {string.Join(" ", notes)}");
    }

    private static (int Batch, int Steps) Shape(GpuTarget target) => target.IsQuick ? (2, 2) : (32, 50);

    private static long ResidentBytes()
    {
        GC.Collect();
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    private sealed class Trained(GpuTarget target, int batch, bool isBfloat16) : IDisposable
    {
        private readonly GuideNetwork _network = new(0, ScalarType.Float32, target.Device);
        private BatchWorker? _worker;

        public BatchWorker Worker => _worker ??= new(
            _network, new BinaryCrossEntropy(LossKind.Weighted, ClassWeights.Ones), batch, 0, isBfloat16);

        public void Dispose()
        {
            _worker?.Dispose();
            _network.Dispose();
        }
    }
}
