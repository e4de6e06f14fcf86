namespace ChestXray.Pipeline;

/// <summary>What an inspection looks for.</summary>
public sealed record InspectionOptions
{
    /// <summary>Threads, at least 1. Default: one for each processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// An image whose mean grey level is below this is too dark: 50, as the published list of bad images has it.
    /// </summary>
    public double DarkestMean { get; init; } = 50;

    /// <summary>
    /// An image whose mean grey level is above this is too bright: 195, as the published list of bad images has it.
    /// </summary>
    public double BrightestMean { get; init; } = 195;

    /// <summary>
    /// An image whose grey levels deviate by less has too little contrast: 25, as the published list of bad images has it.
    /// </summary>
    public double LeastDeviation { get; init; } = 25;

    /// <summary>An image of which less than this share is left between empty edges is named: 0.6.</summary>
    public double LeastContent { get; init; } = 0.6;

    /// <summary>An age above this is impossible: 110 years (the 2017 label file goes up to 414).</summary>
    public int HighestAge { get; init; } = 110;

    /// <summary>Other label files of the same images, to be held against the one in use.</summary>
    public IReadOnlyList<string> OtherLabels { get; init; } = [];
}
