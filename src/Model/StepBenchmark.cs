using System.Diagnostics;
using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model;

/// <summary>Measures the training step alone: forward, loss, backward, Adam on a batch that lies in memory.</summary>
public static class StepBenchmark
{
    /// <summary>Runs steps one after the other.</summary>
    /// <param name="batchSize">Samples of a step, from 1.</param>
    /// <param name="size">Height and width in pixels, at least 106.</param>
    /// <param name="warmUp">Steps before the clock starts.</param>
    /// <param name="steps">Steps measured, from 1.</param>
    /// <param name="threads">Threads inside one operation; 0: one per core.</param>
    /// <param name="bfloat16">Convolutions in bfloat16.</param>
    /// <param name="device">auto, cpu, cuda or cuda:N.</param>
    /// <returns>
    /// Of each measured step: seconds on the clock, and seconds of processor time over all threads, which a busy machine disturbs less.
    /// </returns>
    /// <exception cref="InvalidOperationException">The steps did not learn, so their time would mean nothing.</exception>
    public static (double Wall, double Processor)[] Run(
        int batchSize = 32, int size = 224, int warmUp = 3, int steps = 20, int threads = 0, bool bfloat16 = false, string device = "cpu")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        TorchRuntime.Start(threads);
        using GuideNetwork network = new(0, ScalarType.Float32, TorchRuntime.ParseDevice(device));
        using BatchWorker worker = new(network, new BinaryCrossEntropy(LossKind.Weighted, ClassWeights.Ones), batchSize, 0, bfloat16);
        using BatchRing ring = new(2, batchSize, size);
        Philox.FillUniform(1, 0, ring.Pixels(0, batchSize));
        foreach (ref float pixel in ring.Pixels(0, batchSize))
            pixel = 4 * pixel - 2;
        Span<float> labels = ring.Labels(0, batchSize);
        for (int i = 0; i < labels.Length; i++)
            labels[i] = i % 13 % 5 == 0 ? 1 : 0;

        (double Wall, double Processor)[] seconds = new (double, double)[steps];
        double first = 0, last = 0;
        for (int step = -warmUp; step < steps; step++)
        {
            TimeSpan busy = Environment.CpuUsage.TotalTime;
            long begun = Stopwatch.GetTimestamp();
            using (Tensor images = ring.Images(0, batchSize))
                last = worker.Train(images, labels, 1e-3).Loss;
            if (step >= 0)
                seconds[step] = (Stopwatch.GetElapsedTime(begun).TotalSeconds, (Environment.CpuUsage.TotalTime - busy).TotalSeconds);
            if (step == -warmUp)
                first = last;
        }

        if (!(last < first) && warmUp + steps > 5)
            throw new InvalidOperationException($"The loss went from {first} to {last} in {warmUp + steps} steps on one batch; it must fall.");
        return seconds;
    }
}
