namespace ChestXray.Model.Evaluation;

/// <summary>One finding's images above one threshold in one bootstrap draw.</summary>
/// <param name="TruePositives">Positive ones.</param>
/// <param name="FalsePositives">Negative ones.</param>
internal readonly record struct PointCounts(int TruePositives, int FalsePositives);
