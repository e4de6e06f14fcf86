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

    /// <summary>The sets in the order train, validation, test.</summary>
    public required IReadOnlyList<SetSummary> Sets { get; init; }

    /// <summary>One or two trained models over the same findings.</summary>
    public required IReadOnlyList<TrainedModel> Models { get; init; }

    /// <summary>Share of training images with the finding, by finding (0 to 1); null where unknown.</summary>
    public IReadOnlyList<double>? TrainingPrevalence { get; init; }

    /// <summary>What a reader must know of the data: quarantined files, findings without a training image. Whole sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The options of the run.</summary>
    public IReadOnlyList<NamedValue> Options { get; init; } = [];

    /// <summary>Processor, memory, system, library versions.</summary>
    public IReadOnlyList<NamedValue> Machine { get; init; } = [];

    /// <summary>Times, rates, peak memory.</summary>
    public IReadOnlyList<NamedValue> Figures { get; init; } = [];
}
