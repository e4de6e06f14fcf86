namespace ChestXray.Model;

/// <summary>Models that were measured on the same images and labels.</summary>
/// <param name="IsOfficialSplit">Whether those are NIH's test list; null where the runs do not say.</param>
/// <param name="IsPhantom">Whether they were drawn by this program.</param>
/// <param name="Runs">Whose models these are.</param>
/// <param name="Models">At least one, each with a label of its own.</param>
/// <param name="Pairs">Each other model against the first.</param>
/// <param name="DifferingOptions">Options that are not the same in all the runs: by option, then by run.</param>
public sealed record ComparisonGroup(
    bool? IsOfficialSplit, bool IsPhantom, IReadOnlyList<TrainedRun> Runs, IReadOnlyList<TrainedModel> Models, IReadOnlyList<ComparedPair> Pairs,
    IReadOnlyDictionary<string, IReadOnlyList<string>> DifferingOptions);
