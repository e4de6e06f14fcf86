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
    private const int StepsPerRun = 3;

    public static BenchmarkReport Run(Bench bench)
    {
        TorchRuntime.Start(bench.Options.Threads);
        using DisposeScope scope = NewDisposeScope();
        using GuideNetwork network = new(0, ScalarType.Float32, CPU), plain = new(0, ScalarType.Float32, CPU) { Convolutions = ConvolutionPath.Library };
        ClassWeights ones = ClassWeights.Ones;
        using BatchWorker worker = new(network, new BinaryCrossEntropy(LossKind.Weighted, ones), Batch, 0);
        using BatchWorker library = new(plain, new BinaryCrossEntropy(LossKind.Weighted, ones), Batch, 0);
        Tensor images = randn([Batch, 1, Size, Size], generator: new Generator(1));
        float[] labels = [.. Enumerable.Range(0, Batch * Findings.Count).Select(i => i % 9 == 0 ? 1f : 0f)];
        (double expected, double found) = (library.ComputeGradients(images, labels).GradientNorm, worker.ComputeGradients(images, labels).GradientNorm);
        bench.Check(Math.Abs(found / expected - 1) < 1e-2, $"Our convolutions' gradients have the library's norm ({found:0.0000} and {expected:0.0000}).");
        double first = worker.Train(images, labels, 1e-3).Loss, last = first;
        for (int i = 0; i < 8; i++)
            last = worker.Train(images, labels, 1e-3).Loss;
        bench.Check(double.IsFinite(first) && last < first, $"Nine steps on one batch lower its loss ({first:0.000} to {last:0.000}).");

        double ours = bench.Rate("float32", "images/s", Batch * StepsPerRun, () => Steps(worker, images, labels));
        double convolutions = StepProfile.Run(bench, Batch, bench.Options.ThreadCount);
        bench.Metric("share_outside_convolutions", 1 - convolutions / (1e3 * Batch / ours));
        bench.Metric("over_library_convolutions", ours / bench.Rate("float32, the library's convolutions", "images/s", Batch * StepsPerRun, () => Steps(library, images, labels)));
        bench.Metric("managed_bytes_per_step", Bench.AllocatedBytes(() => worker.Train(images, labels, 1e-3)));
        long before = Tensor.TotalCount;
        Steps(worker, images, labels);
        bench.Metric("tensors_left_per_step", (Tensor.TotalCount - before) / (double)StepsPerRun);
        foreach ((string peer, double rate) in bench.Peers("step_peers.py", "images/s", bench.Options.ThreadCount.ToString()))
            bench.Metric($"over_{peer}", ours / rate);
        return bench.Report($"batches of {Batch} x {Size} x {Size}, {bench.Options.ThreadCount} threads");
    }

    private static void Steps(BatchWorker worker, Tensor images, float[] labels)
    {
        for (int i = 0; i < StepsPerRun; i++)
            worker.Train(images, labels, 1e-3);
    }
}
