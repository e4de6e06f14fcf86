namespace ChestXray.Model;

/// <summary>How predictions are measured.</summary>
public sealed record EvaluationOptions
{
    /// <summary>An image counts as positive above this probability; used where <see cref="Thresholds"/> is null.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>One threshold per finding, chosen on the validation set; null for <see cref="Threshold"/> everywhere.</summary>
    public ChosenThresholds? Thresholds { get; init; }

    /// <summary>Further thresholds to be measured at, each with a source of its own.</summary>
    public IReadOnlyList<ChosenThresholds> AlsoAt { get; init; } = [];

    /// <summary>How often the patients are drawn for the 95 % intervals; 0 for none. Needs images with patients.</summary>
    public int BootstrapDraws { get; init; } = 2000;

    /// <summary>The seed of those draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether sexes, ages and views are measured apart, too; needs image facts.</summary>
    public bool Subgroups { get; init; }
}
