namespace ChestXray.Model.Training;

/// <summary>What a batch gave. Its spans hold until the next result is taken.</summary>
internal readonly ref struct StepOutcome
{
    /// <summary>Position of the batch's first sample.</summary>
    public required int First { get; init; }

    /// <summary>Its samples.</summary>
    public required int Count { get; init; }

    /// <summary>Training steps so far, this one with them.</summary>
    public required long Step { get; init; }

    /// <summary>Before the step.</summary>
    public required double Loss { get; init; }

    /// <summary>Norm of the gradients; 0 where nothing was learned.</summary>
    public double GradientNorm { get; init; }

    /// <summary>Norm of the weights before the step; 0 where nothing was learned.</summary>
    public double WeightNorm { get; init; }

    /// <summary>N x 14.</summary>
    public required ReadOnlySpan<float> Probabilities { get; init; }

    /// <summary>N x 14.</summary>
    public required ReadOnlySpan<float> Labels { get; init; }
}
