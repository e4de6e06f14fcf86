namespace ChestXray.Pipeline;

/// <summary>Something wrong, or suspicious, in a data set.</summary>
/// <param name="Code">
/// A stable word of docs/data-quality.md, as `near-duplicate`, or a decoder's reason of <see cref="DecodeReasons"/>.
/// </param>
/// <param name="Name">The image's file name as its row gives it, or the file, folder or row concerned.</param>
/// <param name="PatientId">The patient concerned; null where there is none, or many.</param>
/// <param name="What">A whole sentence: what was found, with the values found.</param>
/// <param name="Remedy">A whole sentence: what to do.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="LeaveOut">
/// Whether training is better off without this image: such problems go into an <see cref="ExclusionList"/>.
/// </param>
public sealed record QualityProblem(
    string Code, string Name, int? PatientId, string What, string Remedy, ProblemSeverity Severity, bool LeaveOut)
{
    /// <summary>The other image of a pair; null where there is none.</summary>
    public string? Other { get; init; }
}
