using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>The whole main job: index, store, split, training, evaluation, report. The defaults are the guide's.</summary>
public sealed record TrainingJobOptions
{
    /// <summary>The data set's folder.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The run's folder: must not be there, unless the training options resume.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Where stores live.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>The label file; null looks for it in the data folder.</summary>
    public string? LabelPath { get; init; }

    /// <summary>Whether images and rows that do not match are an error.</summary>
    public bool Strict { get; init; }

    /// <summary>A list of images to leave out (<see cref="ExclusionList"/>); null for none.</summary>
    public string? ExcludePath { get; init; }

    /// <summary>How patients are divided.</summary>
    public SplitOptions Split { get; init; } = new();

    /// <summary>Size and pixel type of the records.</summary>
    public StoreLayout Layout { get; init; } = new();

    /// <summary>How missing records are decoded.</summary>
    public PrepareOptions Prepare { get; init; } = new();

    /// <summary>Which losses are trained, one after the other from the same fresh values.</summary>
    public IReadOnlyList<LossKind> Losses { get; init; } = [LossKind.Weighted, LossKind.Plain];

    /// <summary>How each is trained; loss, weights and identity are filled in by the job.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>How the run is set up.</summary>
    public Recipe Recipe { get; init; } = Recipe.Guide;

    /// <summary>
    /// Whether an augmented copy is resampled for every rotation and zoom, as Keras does, and not once in all. Slower; u8 only.
    /// </summary>
    public bool ExactAugmentation { get; init; }

    /// <summary>
    /// The most resident memory that the process may own, in bytes, mapped stores' pages left out; null for no bound. A job
    /// that can't keep it is refused, and one that breaks it ends.
    /// </summary>
    public long? RamBudget { get; init; }

    /// <summary>A control: labels are dealt to the images at random, so that every AUC must come out near 0.5.</summary>
    public bool ShuffleLabels { get; init; }

    /// <summary>Refuses what can't be done before anything is read.</summary>
    /// <exception cref="ArgumentException">A training option out of range.</exception>
    /// <exception cref="DataSetException">An image size out of range.</exception>
    internal void Validate()
    {
        Layout.Validate();
        Training.Network.Validate();
        if (Layout.Size < Training.Network.LeastSize)
            throw new ArgumentException($"Images of {Layout.Size} x {Layout.Size} pixels: {Training.Network.Title} needs at least {Training.Network.LeastSize}. Use a larger --size.");
        if (ExactAugmentation && Layout.Pixels != PixelType.U8)
            throw new ArgumentException(
                "Exact augmentation works on stores of bytes: use --pixels u8, or leave --exact-augmentation out.");
        (Training with { Loss = LossKind.Plain }).Validate();
    }
}
