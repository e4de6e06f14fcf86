namespace ChestXray.Kernels;

/// <summary>The form of a <see cref="WeightedBce"/>.</summary>
public sealed record WeightedBceOptions
{
    /// <summary>Columns of logits and labels; at least 1.</summary>
    public required int Classes { get; init; }

    /// <summary>Weight of each class where the label is 1; empty for 1 everywhere. Finite and not negative.</summary>
    public ReadOnlyMemory<double> PositiveWeights { get; init; }

    /// <summary>Weight of each class where the label is 0; empty for 1 everywhere. Finite and not negative.</summary>
    public ReadOnlyMemory<double> NegativeWeights { get; init; }

    /// <summary>Focal exponent: a term is multiplied by (1 - probability of its label) to this power. 0 (plain) to 16.</summary>
    public double Focal { get; init; }

    /// <summary>Label smoothing s: labels become y (1 - s) + s / 2. 0 to 1.</summary>
    public double Smoothing { get; init; }

    /// <summary>How the terms become one number.</summary>
    public LossReduction Reduction { get; init; } = LossReduction.SumOverClasses;
}
