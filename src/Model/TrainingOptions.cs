using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>How one model is trained. The defaults are the guide's.</summary>
public sealed record TrainingOptions
{
    /// <summary>Which network.</summary>
    public NetworkChoice Network { get; init; } = new();

    /// <summary>A safetensors file with the values to begin with, in PyTorch's or Keras' names; null: fresh ones.</summary>
    public string? InitialWeights { get; init; }

    /// <summary>The last layer begins with fresh values all the same: for weights of other classes.</summary>
    public bool NewHead { get; init; }

    /// <summary>
    /// Factors on the learning rate by the name of a layer, or its beginning up to a dot; 0 freezes: values stay, and batch
    /// norms keep and use their running values. Later entries win.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, double>> Rates { get; init; } = [];

    /// <summary>Which loss.</summary>
    public LossKind Loss { get; init; } = LossKind.Weighted;

    /// <summary>Needed by the weighted loss.</summary>
    public ClassWeights? Weights { get; init; }

    /// <summary>How far labels are drawn towards one half in training, 0 (not at all) to below 1.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Exponent of the focal factor (1 - p of the right sign)^exponent in the loss, from 0 (none).</summary>
    public double FocalExponent { get; init; }

    /// <summary>Epochs at most, from 1. May be raised when a run is resumed.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Samples of a step, from 1; the last step of an epoch takes what is left.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// Epochs without a lower validation loss after which training stops; the run then ends with the best epoch's weights.
    /// 0: every epoch runs, and the run ends with the last one's weights.
    /// </summary>
    public int Patience { get; init; } = 5;

    /// <summary>Learning rate of the first epoch, above 0.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Factor on the learning rate from one epoch to the next, above 0.</summary>
    public double Decay { get; init; } = 0.95;

    /// <summary>Key of the initialisation and of dropout. Two models of one seed start from the same values.</summary>
    public ulong Seed { get; init; }

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Where a GPU finds the records. Without a GPU it has no say.</summary>
    public StoreTier Tier { get; init; } = StoreTier.Auto;

    /// <summary>Threads inside one operation of the tensor library; 0: one per core. Another number rounds differently.</summary>
    public int Threads { get; init; }

    /// <summary>Threads that prepare the next batches, from 1. The result does not depend on it.</summary>
    public int LoaderThreads { get; init; } = 1;

    /// <summary>Convolutions in bfloat16 (autocast): faster where the CPU has avx512_bf16 or AMX, and less exact.</summary>
    public bool Bfloat16 { get; init; }

    /// <summary>Who computes the convolutions. Another path rounds differently.</summary>
    public ConvolutionPath Convolutions { get; init; } = ConvolutionPath.Auto;

    /// <summary>A checkpoint is written at each epoch's end, and this often in between.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Goes on from the folder's newest checkpoint where there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>
    /// What the run depends on beside these options (hashes of store and split, the recipe), by name. A checkpoint remembers
    /// it, and going on with another one is refused.
    /// </summary>
    public IReadOnlyDictionary<string, string> Identity { get; init; } = new Dictionary<string, string>();

    /// <summary>Refuses what can't be trained with.</summary>
    /// <exception cref="ArgumentException">A value out of range; the message names it and what is allowed.</exception>
    internal void Validate()
    {
        Network.Validate();
        Require(!NewHead || InitialWeights is not null,
            "A new head goes with initial weights (--weights): without them every layer is new.");
        Require(Epochs >= 1, $"{Epochs} epochs: there must be at least 1.");
        Require(BatchSize is >= 1 and <= 65_536, $"A batch size of {BatchSize}: 1 to 65536 are allowed.");
        Require(Patience >= 0, $"A patience of {Patience}: it must be at least 0 (0: no early stop).");
        Require(double.IsFinite(LearningRate) && LearningRate > 0, $"A learning rate of {LearningRate}: it must be above 0.");
        Require(double.IsFinite(Decay) && Decay > 0, $"A decay of {Decay}: it must be above 0.");
        Require(LabelSmoothing is >= 0 and < 1, $"A label smoothing of {LabelSmoothing}: it must be at least 0 and below 1.");
        Require(FocalExponent is >= 0 and <= 10, $"A focal exponent of {FocalExponent}: 0 to 10 are allowed.");
        Require(LoaderThreads is >= 1 and <= 256, $"{LoaderThreads} loader threads: 1 to 256 are allowed.");
        Require(!Bfloat16 || Convolutions != ConvolutionPath.Fourier,
            "Convolutions in the frequency domain are float32: leave bfloat16 out, or use the library's.");
        Require(Loss != LossKind.Weighted || Weights is not null, "The weighted loss needs class weights.");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ArgumentException(message);
    }
}
