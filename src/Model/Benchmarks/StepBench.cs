using ChestXray.Model.Feeding;
using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Benchmarks;

/// <summary>`bench step`: whole training steps of the guide's network, beside PyTorch as people write it.</summary>
internal static class StepBench
{
    private const int Batch = 32;
    private const int Size = 224;
    private const int StepsPerPass = 4;

    public static BenchmarkReport Run(Bench bench)
    {
        TorchRuntime.Start(bench.Options.Threads);
        int threads = bench.Options.ThreadCount;
        using DisposeScope scope = NewDisposeScope();
        using GuideNetwork network = new(0, ScalarType.Float32, CPU), plain = new(0, ScalarType.Float32, CPU)
        {
            Convolutions = ConvolutionPath.Library,
        };
        using BatchWorker worker = new(network, new BinaryCrossEntropy(LossKind.Weighted, ClassWeights.Ones), Batch, 0);
        using BatchWorker library = new(plain, new BinaryCrossEntropy(LossKind.Weighted, ClassWeights.Ones), Batch, 0);
        Tensor images = randn([Batch, 1, Size, Size], generator: new Generator(1));
        float[] labels = [.. Enumerable.Range(0, Batch * Findings.Count).Select(i => i % 9 == 0 ? 1f : 0f)];
        StepCheck.Run(bench, worker, library, images, labels, steps: 9, rate: 1e-3);

        using LoaderStore loader = new(bench);
        using StoreBatchSource source = loader.Source(1);
        using BatchRing ring = new(2, Batch, Size);
        using TemporaryPhantoms folder = new();
        Rounds rounds = new(bench, "images/s");
        rounds.Add("step", "step, float32", Batch * StepsPerPass, () => Steps(worker, images, labels));
        rounds.Add("loop", "whole loop: loaded, rotated, zoomed, standardised, trained on", Batch * StepsPerPass,
            () => Loop(worker, source, ring));
        using StepProfile? profile = network.TransformsConvolutions ? new StepProfile(Batch, threads) : null;
        if (profile is not null)
        {
            rounds.Add("library", "step, float32, the tensor library's convolutions", Batch * StepsPerPass,
                () => Steps(library, images, labels));
            rounds.Add("convolutions", "the step's convolutions alone (with bias, pooling, ReLU)", Batch, profile.RunAll);
        }

        using PeerProcess? peers = bench.Options.Peers
            ? PeerProcess.Start("step_peers.py", folder.Folder, null, [$"{threads}"]) : null;
        if (peers is not null)
            rounds.Add("", peers);
        rounds.Run(Math.Max(3, bench.Options.Repeats));
        rounds.Ratio("loop_over_step", "loop", "step");
        rounds.Ratio("over_library_convolutions", "step", "library");
        rounds.Ratio("share_of_convolutions", "step", "convolutions");
        rounds.Ratio("over_pytorch", "step", "pytorch");
        profile?.Report(bench);
        bench.Rate("network and loss, forward and backward, with the norms", "images/s", Batch,
            () => worker.ComputeGradients(images, labels));
        bench.Rate("optimiser", "images/s", Batch, () => worker.Optimiser.Step(1e-3));
        bench.Metric("managed_bytes_per_step", Bench.AllocatedBytes(() => worker.Train(images, labels, 1e-3)));
        long before = Tensor.TotalCount;
        Steps(worker, images, labels);
        bench.Metric("tensors_left_per_step", (Tensor.TotalCount - before) / (double)StepsPerPass);
        return bench.Report($"batches of {Batch} x {Size} x {Size}, {threads} threads");
    }

    private static void Steps(BatchWorker worker, Tensor images, float[] labels)
    {
        for (int i = 0; i < StepsPerPass; i++)
            worker.Train(images, labels, 1e-3);
    }

    /// <summary>As an epoch does it: one thread fills the next batch while this one trains.</summary>
    private static void Loop(BatchWorker worker, StoreBatchSource source, BatchRing ring)
    {
        using BatchFeed feed = new(source, ring, 0, 0, 1);
        for (int i = 0; i < StepsPerPass && feed.TryTake(out int slot, out _, out int count); i++)
        {
            using Tensor images = ring.Images(slot, count);
            worker.Train(images, ring.Labels(slot, count), 1e-3);
            feed.Release();
        }
    }
}
