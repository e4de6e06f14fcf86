using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Benchmarks;

/// <summary>
/// `bench densenet`: whole training steps of DenseNet-121, all of it and its last layer alone, beside PyTorch as people write
/// it.
/// </summary>
internal static class DenseBench
{
    private const int Batch = 8, Size = 224;

    public static BenchmarkReport Run(Bench bench)
    {
        TorchRuntime.Start(bench.Options.Threads);
        int threads = bench.Options.ThreadCount;
        using DisposeScope scope = NewDisposeScope();
        using DenseNetwork network = Make(), library = Make(ConvolutionPath.Library), frozen = Make();
        frozen.Parameters.SetRate("features", 0);
        using BatchWorker worker = Worker(network), plain = Worker(library), head = Worker(frozen);
        Tensor images = randn([Batch, 1, Size, Size], generator: new Generator(1));
        float[] labels = [.. Enumerable.Range(0, Batch * Findings.Count).Select(i => i % 9 == 0 ? 1f : 0f)];
        StepCheck.Run(bench, worker, plain, images, labels, steps: 4, rate: 1e-4);

        using TemporaryPhantoms folder = new();
        Rounds rounds = new(bench, "images/s");
        rounds.Add("step", "step, float32", Batch, () => worker.Train(images, labels, 1e-3));
        if (network.IsOurs)
            rounds.Add("library", "step, float32, the tensor library's graph", Batch, () => plain.Train(images, labels, 1e-3));
        rounds.Add("frozen", "step, float32, all but the last layer frozen", Batch, () => head.Train(images, labels, 1e-3));
        using PeerProcess? peers = bench.Options.Peers
            ? PeerProcess.Start("densenet_peers.py", folder.Folder, null, [$"{threads}", $"{Batch}", $"{Size}"]) : null;
        if (peers is not null)
            rounds.Add("", peers);
        rounds.Run(Math.Max(3, bench.Options.Repeats));
        rounds.Ratio("over_library", "step", "library");
        rounds.Ratio("over_pytorch", "step", "pytorch");
        rounds.Ratio("over_pytorch_channels_last", "step", "pytorch channels_last");
        rounds.Ratio("frozen_over_pytorch", "frozen", "pytorch frozen");
        long before = Tensor.TotalCount;
        worker.Train(images, labels, 1e-3);
        bench.Metric("tensors_left_per_step", Tensor.TotalCount - before);
        return bench.Report($"batches of {Batch} x {Size} x {Size}, {threads} threads");
    }

    private static DenseNetwork Make(ConvolutionPath path = ConvolutionPath.Auto) => new(DenseNetworkShape.DenseNet121, 3)
    {
        Path = path,
    };

    private static BatchWorker Worker(DenseNetwork network) =>
        new(network, new BinaryCrossEntropy(LossKind.Weighted, ClassWeights.Ones), Batch, 0);
}
