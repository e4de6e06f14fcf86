namespace ChestXray.Model;

/// <summary>What is known about one evaluated image beside its labels.</summary>
/// <param name="Name">The image's file name: `00000013_005.png`.</param>
/// <param name="PatientId">The patient's number; intervals are drawn by patient.</param>
/// <param name="Age">In years; -1 where unknown.</param>
/// <param name="Sex">`M`, `F` or what the label file says; '\0' where unknown.</param>
/// <param name="View">`PA`, `AP` or what the label file says; empty where unknown.</param>
public readonly record struct ImageFacts(string Name, int PatientId, int Age = -1, char Sex = '\0', string View = "");
