namespace ChestXray.Model;

/// <summary>Everything that a run's page shows. Text is escaped by the page.</summary>
public sealed record ReportData
{
    /// <summary>The page's title: `ChestXray run 2026-01-31`.</summary>
    public required string Title { get; init; }

    /// <summary>Whether any of the images were made by this program; the page then says so in its first line.</summary>
    public required bool IsPhantom { get; init; }

    /// <summary>When the run ended.</summary>
    public required DateTimeOffset Made { get; init; }

    /// <summary>What the images are and where they come from, in a sentence.</summary>
    public required string DataSource { get; init; }

    /// <summary>How patients were dealt into sets, in a sentence.</summary>
    public required string Split { get; init; }

    /// <summary>
    /// Whether the test set is NIH's own list; null where unknown. Official and random splits are never shown in one column.
    /// </summary>
    public bool? IsOfficialSplit { get; init; }

    /// <summary>The sets in the order train, validation, test.</summary>
    public required IReadOnlyList<SetSummary> Sets { get; init; }

    /// <summary>One or two trained models over the same findings.</summary>
    public required IReadOnlyList<TrainedModel> Models { get; init; }

    /// <summary>Share of training images with the finding, by finding (0 to 1); null where unknown.</summary>
    public IReadOnlyList<double>? TrainingPrevalence { get; init; }

    /// <summary>
    /// The first model's areas against the second's, by finding and as `mean`; null where there is one model or nothing to
    /// draw.
    /// </summary>
    public IReadOnlyDictionary<string, ModelComparison>? Paired { get; init; }

    /// <summary>
    /// How far the plain loss at the prevalence answers as the weighted one at 0.5; null where the run has not both.
    /// </summary>
    public LossEquivalence? Equivalence { get; init; }

    /// <summary>A few test images of the first model; none where no pictures were kept.</summary>
    public IReadOnlyList<SampleRadiograph> Samples { get; init; } = [];

    /// <summary>
    /// What a reader must know of the data: quarantined files, findings without a training image. Whole sentences.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The options of the run.</summary>
    public IReadOnlyList<NamedValue> Options { get; init; } = [];

    /// <summary>Processor, memory, system, library versions.</summary>
    public IReadOnlyList<NamedValue> Machine { get; init; } = [];

    /// <summary>Versions of this program and of what it stands on.</summary>
    public IReadOnlyList<NamedValue> Software { get; init; } = [];

    /// <summary>SHA-256 of labels, sets and weights.</summary>
    public IReadOnlyList<NamedValue> Hashes { get; init; } = [];

    /// <summary>Times, rates, peak memory.</summary>
    public IReadOnlyList<NamedValue> Figures { get; init; } = [];
}
