using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>A whole inspection: index, store, pass, page.</summary>
public sealed record InspectionJobOptions
{
    /// <summary>The data set's folder or archive.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where stores live: the same as for training, so that an image is decoded once.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>
    /// Where `inspection.html` and `inspection.json` go; made where it is missing, files of these names are overwritten.
    /// </summary>
    public required string OutFolder { get; init; }

    /// <summary>The label file; null looks for it in the data folder.</summary>
    public string? LabelPath { get; init; }

    /// <summary>Where the list of images to leave out goes; null for none.</summary>
    public string? ExclusionPath { get; init; }

    /// <summary>Size and pixel type of the records.</summary>
    public StoreLayout Layout { get; init; } = new();

    /// <summary>
    /// How missing records are decoded. Broken images never stop an inspection: the share allowed here is not looked at.
    /// </summary>
    public PrepareOptions Prepare { get; init; } = new();

    /// <summary>What is looked for.</summary>
    public InspectionOptions Inspection { get; init; } = new();

    /// <summary>The split whose three sets are shown side by side.</summary>
    public SplitOptions Split { get; init; } = new();
}
