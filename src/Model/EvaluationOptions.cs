namespace ChestXray.Model;

/// <summary>How predictions are measured.</summary>
public sealed record EvaluationOptions
{
    /// <summary>An image counts as positive above this probability; used where <see cref="Thresholds"/> is null.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>One threshold per finding, chosen on the validation set; null for <see cref="Threshold"/> everywhere.</summary>
    public IReadOnlyList<double>? Thresholds { get; init; }

    /// <summary>How often the patients are drawn for the 95 % intervals; 0 for none. Needs images with patients.</summary>
    public int BootstrapDraws { get; init; } = 2000;

    /// <summary>The seed of those draws.</summary>
    public ulong Seed { get; init; }
}
