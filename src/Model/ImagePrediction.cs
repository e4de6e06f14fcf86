namespace ChestXray.Model;

/// <summary>What a model says of one image.</summary>
/// <param name="Path">As it was named or found.</param>
/// <param name="Probabilities">By finding, 0 to 1.</param>
/// <param name="Positives">The findings whose probability lies above their threshold.</param>
public sealed record ImagePrediction(string Path, IReadOnlyList<float> Probabilities, IReadOnlyList<string> Positives);
