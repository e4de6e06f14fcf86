namespace ChestXray.Model;

/// <summary>Images of similar probability.</summary>
/// <param name="MeanProbability">What the model said of them.</param>
/// <param name="PositiveShare">What was so.</param>
/// <param name="Images">How many there are.</param>
public sealed record CalibrationBin(double MeanProbability, double PositiveShare, int Images);
