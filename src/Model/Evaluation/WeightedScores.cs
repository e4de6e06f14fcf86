namespace ChestXray.Model.Evaluation;

/// <summary>One finding in one bootstrap draw, at no threshold.</summary>
/// <param name="RocAuc">NaN where the draw has one sign only.</param>
/// <param name="AveragePrecision">NaN where the draw has no positive image.</param>
/// <param name="KerasAuc200">0 where the draw has one sign only, as Keras has it.</param>
/// <param name="CalibrationError">The bins' distances between what was said and what was so, weighted by their images.</param>
/// <param name="BrierScore">Mean squared distance of probability and label.</param>
/// <param name="Positives">Positive images.</param>
/// <param name="Negatives">Negative images.</param>
internal readonly record struct WeightedScores(
    double RocAuc, double AveragePrecision, double KerasAuc200, double CalibrationError, double BrierScore, int Positives,
    int Negatives)
{
    /// <summary>The whole table of counts from those above a threshold.</summary>
    public ThresholdCounts At(PointCounts point) => new(
        point.TruePositives, point.FalsePositives, Positives - point.TruePositives, Negatives - point.FalsePositives);
}
