namespace ChestXray.Model;

/// <summary>One trained network, as a report shows it.</summary>
/// <param name="Loss">`weighted` or `plain`; other names are shown as they are.</param>
/// <param name="History">Epoch after epoch; empty where the training was not recorded.</param>
/// <param name="BestEpoch">0-based epoch whose weights were tested; -1 where unknown.</param>
/// <param name="Test">Probabilities and labels of the test set.</param>
/// <param name="Result">The measures of <paramref name="Test"/>.</param>
public sealed record TrainedModel(
    string Loss, IReadOnlyList<EpochMetrics> History, int BestEpoch, Predictions Test, EvaluationResult Result)
{
    /// <summary>What the model is called where models of several runs stand side by side; null within one run.</summary>
    public string? Label { get; init; }

    /// <summary>The name in a legend.</summary>
    public string Name => Label ?? $"{Loss} loss";

    /// <summary>The name at the head of a column.</summary>
    public string ShortName => Label ?? Loss;
}
