using ChestXray.Model.Feeding;
using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using static TorchSharp.torch;

namespace ChestXray.Model;

/// <summary>A trained network under the tensor library that gives probabilities. Owns native memory. Not thread-safe.</summary>
public sealed class Predictor : IImageModel
{
    private readonly BatchWorker _worker;
    private readonly ModelCard? _card;

    /// <summary>Loads weights that a run wrote.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="device">auto, cpu, cuda or cuda:N.</param>
    /// <param name="threads">Threads inside one operation; 0: one per core.</param>
    /// <param name="batchSize">Samples at a time.</param>
    /// <param name="convolutions">Who computes the convolutions.</param>
    /// <param name="choice">Which network they belong to; null: the guide's.</param>
    /// <exception cref="InvalidDataException">Other tensors than the network's; the message says what differs.</exception>
    public Predictor(
        string path, string device = "cpu", int threads = 0, int batchSize = 32,
        ConvolutionPath convolutions = ConvolutionPath.Auto,
        NetworkChoice? choice = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        TorchRuntime.Start(threads);
        SafetensorsFile file = SafetensorsFile.Read(path);
        BatchSize = batchSize;
        Network = NetworkCatalogue.Make(choice ?? new(), 0, TorchRuntime.ParseDevice(device), convolutions);
        try
        {
            Network.Import(file);
        }
        catch
        {
            Network.Dispose();
            throw;
        }

        _worker = new BatchWorker(Network, new BinaryCrossEntropy(LossKind.Plain, null), batchSize, 0);
    }

    private Predictor(string folder, ModelCard card, string device, int threads, int batchSize)
        : this(Path.Combine(folder, Trainer.WeightsFile), device, threads, batchSize, choice: card.Network) => _card = card;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The weights came without a card.</exception>
    public ModelCard Card => _card ?? throw new InvalidOperationException("These weights were loaded without a model's card.");

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <summary>The network.</summary>
    internal Network Network { get; }

    /// <summary>Loads the model of a run with its card.</summary>
    /// <param name="folder">A loss' folder in the run's.</param>
    /// <param name="device">auto, cpu, cuda or cuda:N.</param>
    /// <param name="threads">Threads inside one operation; 0: one per core.</param>
    /// <param name="batchSize">Samples at a time.</param>
    /// <exception cref="InvalidDataException">Weights or a card that can't be used.</exception>
    /// <exception cref="IOException">They can't be read.</exception>
    public static Predictor OfRun(string folder, string device = "cpu", int threads = 0, int batchSize = 32) =>
        new(folder, ModelCard.Read(folder), device, threads, batchSize);

    /// <summary>The probabilities of every sample, in the source's order (its epoch 0).</summary>
    /// <param name="source">The samples.</param>
    /// <param name="progress">Hears how many are done; may be null.</param>
    /// <param name="cancellation">Ends after the batch at hand.</param>
    /// <returns>Count x 14, row by row, columns as in <see cref="Findings"/>.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[] Predict(IBatchSource source, IProgress<int>? progress = null, CancellationToken cancellation = default) =>
        PredictionPass.Run(this, source, 1, progress, cancellation);

    /// <inheritdoc/>
    public void Infer(BatchRing ring, int slot, int count, Span<float> probabilities)
    {
        using Tensor images = ring.Images(slot, count);
        _worker.Infer(images, ring.Labels(slot, count));
        _worker.Probabilities(count).CopyTo(probabilities);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _worker.Dispose();
        Network.Dispose();
    }
}
