using ChestXray.Model.Feeding;
using ChestXray.Model.Networks;
using ChestXray.Model.Training;

namespace ChestXray.Model;

/// <summary>
/// Trains a network. Thread-safe in that runs share nothing, but two at once share the tensor library's threads.
/// </summary>
public static class Trainer
{
    /// <summary>The file with the values of the lowest validation loss, as Keras' ModelCheckpoint keeps it.</summary>
    public const string BestFile = "best.safetensors";

    /// <summary>The file with the values that the run ended with: the best epoch's, or with patience 0 the last one's.</summary>
    public const string WeightsFile = "weights.safetensors";

    /// <summary>JSON lines, one per training step and one per epoch.</summary>
    public const string LogFile = "log.jsonl";

    /// <summary>TensorBoard event files.</summary>
    public const string EventFolder = "tensorboard";

    /// <summary>Trains to the end, to an early stop or until it is cancelled.</summary>
    /// <param name="train">The training samples, augmented and in the epoch's order.</param>
    /// <param name="validation">The validation samples; read as epoch 0 each time.</param>
    /// <param name="options">The recipe.</param>
    /// <param name="folder">Gets the weights, the checkpoints and the log; made where it is missing. One run per folder.</param>
    /// <param name="progress">Hears of every step; may be null.</param>
    /// <param name="cancellation">Ends after the step at hand: a checkpoint is written and the best weights are kept.</param>
    /// <exception cref="ArgumentException">An option out of range, or sets that do not fit.</exception>
    /// <exception cref="InvalidDataException">A checkpoint of another run, or one that can't be read.</exception>
    /// <exception cref="IOException">
    /// The folder holds a run already and resuming was not asked for, or it can't be written.
    /// </exception>
    /// <exception cref="NonFiniteLossException">A loss or gradient was infinite or NaN.</exception>
    /// <exception cref="JobException">The GPU can't go on, or can't be used; the message says what happened.</exception>
    public static TrainingResult Run(
        IBatchSource train, IBatchSource validation, TrainingOptions options, string folder,
        ITrainingProgress? progress = null, CancellationToken cancellation = default) =>
        Run(train, validation, options, folder, null, progress, cancellation);

    /// <summary>The same, with batches from elsewhere.</summary>
    internal static TrainingResult Run(
        IBatchSource train, IBatchSource validation, TrainingOptions options, string folder, Func<Network, IBatchSupply>? supply,
        ITrainingProgress? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        options.Validate();
        if (train.Count < 1 || validation.Count < 1)
            throw new ArgumentException(
                $"There are {train.Count} training and {validation.Count} validation samples; each set needs one at least.");
        if (train.Size != validation.Size)
            throw new ArgumentException(
                $"Training samples have {train.Size} pixels a side and validation samples {validation.Size}; they must agree.");
        if (train.Size < options.Network.LeastSize)
            throw new ArgumentException(
                $"Samples have {train.Size} pixels a side; {options.Network.Title} needs {options.Network.LeastSize} at least.");

        Directory.CreateDirectory(folder);
        if (!options.Resume && Checkpoint.IsRun(folder))
            throw new IOException(
                $"{folder} holds a run already. Go on with it (--resume), or choose another folder: nothing is overwritten.");
        Checkpoint.DropHalves(folder);
        TorchRuntime.Start(options.Threads);
        using TrainingRun run = new(train, validation, options, folder, progress, supply);
        return run.Go(cancellation);
    }
}
