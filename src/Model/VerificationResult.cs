using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>What a check of stores found.</summary>
/// <param name="Records">Records checked.</param>
/// <param name="Damaged">Names of the images whose records' bytes are not those that were stored.</param>
/// <param name="Faults">Everything found, those records included, a sentence each.</param>
public sealed record VerificationResult(int Records, IReadOnlyList<string> Damaged, IReadOnlyList<NamedProblem> Faults);
