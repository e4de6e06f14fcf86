namespace ChestXray.Model.Evaluation;

/// <summary>One finding in one bootstrap draw.</summary>
/// <param name="RocAuc">NaN where the draw has one sign only.</param>
/// <param name="AveragePrecision">NaN where the draw has no positive image.</param>
/// <param name="TruePositives">Positive images above the threshold.</param>
/// <param name="FalsePositives">Negative images above the threshold.</param>
/// <param name="Positives">Positive images.</param>
/// <param name="Negatives">Negative images.</param>
internal readonly record struct WeightedScores(
    double RocAuc, double AveragePrecision, int TruePositives, int FalsePositives, int Positives, int Negatives)
{
    /// <summary>The counts at the threshold.</summary>
    public ThresholdCounts Counts => new(TruePositives, FalsePositives, Positives - TruePositives, Negatives - FalsePositives);
}
