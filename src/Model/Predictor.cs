using ChestXray.Model.Feeding;
using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model;

/// <summary>A trained network that gives probabilities. Owns native memory. Not thread-safe.</summary>
public sealed class Predictor : IDisposable
{
    private readonly Network _network;
    private readonly BatchWorker _worker;
    private readonly int _batchSize;

    /// <summary>Loads weights that a run wrote.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="device">auto, cpu, cuda or cuda:N.</param>
    /// <param name="threads">Threads inside one operation; 0: one per core.</param>
    /// <param name="batchSize">Samples at a time.</param>
    /// <param name="convolutions">Who computes the convolutions.</param>
    /// <param name="choice">Which network they belong to; null: the guide's.</param>
    /// <exception cref="InvalidDataException">Other tensors than the network's; the message says what differs.</exception>
    public Predictor(string path, string device = "cpu", int threads = 0, int batchSize = 32, ConvolutionPath convolutions = ConvolutionPath.Auto,
        NetworkChoice? choice = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        TorchRuntime.Start(threads);
        SafetensorsFile file = SafetensorsFile.Read(path);
        _batchSize = batchSize;
        _network = NetworkCatalogue.Make(choice ?? new(), 0, TorchRuntime.ParseDevice(device), convolutions);
        _network.Import(file);
        _worker = new BatchWorker(_network, new BinaryCrossEntropy(LossKind.Plain, null), batchSize, 0);
    }

    /// <summary>The probabilities of every sample, in the source's order (its epoch 0).</summary>
    /// <param name="source">The samples.</param>
    /// <param name="progress">Hears how many are done; may be null.</param>
    /// <param name="cancellation">Ends after the batch at hand.</param>
    /// <returns>Count x 14, row by row, columns as in <see cref="Findings"/>.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[] Predict(IBatchSource source, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        float[] all = new float[checked(source.Count * Findings.Count)];
        using BatchRing ring = new(2, _batchSize, source.Size);
        using BatchFeed feed = new(source, ring, 0, 0, 1);
        while (feed.TryTake(out int slot, out int first, out int count))
        {
            cancellation.ThrowIfCancellationRequested();
            using Tensor images = ring.Images(slot, count);
            _worker.Infer(images, ring.Labels(slot, count));
            _worker.Probabilities(count).CopyTo(all.AsSpan(first * Findings.Count));
            feed.Release();
            progress?.Report(first + count);
        }

        return all;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _worker.Dispose();
        _network.Dispose();
    }
}
