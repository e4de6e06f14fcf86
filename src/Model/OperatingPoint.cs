namespace ChestXray.Model;

/// <summary>Everything that thresholds decide, at one choice of them.</summary>
/// <param name="PerDisease">By finding.</param>
/// <param name="All">All findings together (micro): (image, finding) pairs.</param>
/// <param name="PatientsSharedWithChoice">
/// Patients of the measured set on whose images these thresholds were chosen; more than 0 is an error of method.
/// </param>
public sealed record OperatingPoint(
    IReadOnlyDictionary<string, PointResult> PerDisease, PointResult All, int PatientsSharedWithChoice);
