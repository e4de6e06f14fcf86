namespace ChestXray.Model;

/// <summary>How predictions are measured.</summary>
public sealed record EvaluationOptions
{
    /// <summary>An image counts as positive above this probability; used where <see cref="Thresholds"/> is null.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>One threshold per finding, chosen on the validation set; null for <see cref="Threshold"/> everywhere.</summary>
    public IReadOnlyList<double>? Thresholds { get; init; }
}
