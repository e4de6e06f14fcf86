namespace ChestXray.Model;

/// <summary>Images of similar probability.</summary>
/// <param name="Number">0 to 9, from the lowest probabilities up.</param>
/// <param name="MeanProbability">What the model said of them.</param>
/// <param name="PositiveShare">What was so.</param>
/// <param name="Images">How many there are.</param>
/// <param name="Interval">
/// 95 % interval of <paramref name="PositiveShare"/>; null where none was drawn, or where many draws leave the bin empty.
/// </param>
public sealed record CalibrationBin(
    int Number, double MeanProbability, double PositiveShare, int Images, Interval? Interval = null);
