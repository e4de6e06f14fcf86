namespace ChestXray.Model;

/// <summary>What one of the three sets holds.</summary>
/// <param name="Name">`train`, `validation` or `test`.</param>
/// <param name="Patients">How many there are.</param>
/// <param name="Images">Before augmentation.</param>
/// <param name="NoFinding">Images with none of the findings.</param>
/// <param name="Positives">Images with the finding, by finding.</param>
public sealed record SetSummary(string Name, int Patients, int Images, int NoFinding, IReadOnlyList<int> Positives);
