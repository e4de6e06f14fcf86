using System.Security.Cryptography;
using System.Text;
using ChestXray.Model.Jobs;

namespace ChestXray.Model;

/// <summary>
/// Several runs side by side: only models that were measured on the same images and labels share a table. Immutable.
/// </summary>
public sealed class RunComparison
{
    private RunComparison(IReadOnlyList<ComparisonGroup> groups, IReadOnlyList<string> warnings) =>
        (Groups, Warnings) = (groups, warnings);

    /// <summary>One for each test set, in the order of the runs.</summary>
    public IReadOnlyList<ComparisonGroup> Groups { get; }

    /// <summary>What a reader has to know before laying figures of different groups beside each other; whole sentences.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Groups the runs' models by test set and compares each with the first of its group.</summary>
    /// <param name="runs">At least one; two for something to compare.</param>
    /// <param name="draws">How often patients are drawn for paired intervals.</param>
    /// <exception cref="ArgumentException">No run, or one named twice.</exception>
    public static RunComparison Of(IReadOnlyList<TrainedRun> runs, int draws = 2000)
    {
        if (runs.Count == 0)
            throw new ArgumentException("There is no run to compare: name at least two folders.", nameof(runs));
        if (runs.GroupBy(run => run.Folder).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"The run {twice.Key} is named more than once: name each once.", nameof(runs));

        bool sharesName = runs.Select(run => run.Name).Distinct().Count() < runs.Count;
        ComparisonGroup[] groups =
        [
            .. runs.SelectMany(run => run.Models.Select(model => (Run: run, Model: Named(run, model, sharesName))))
                .GroupBy(pair => (Hash: LabelsHash(pair.Model.Test), pair.Run.IsOfficialSplit, pair.Run.IsPhantom))
                .Select(same => Group([.. same], draws)),
        ];
        return new(groups, [.. Warn(groups)]);
    }

    /// <summary>Every figure as one JSON document.</summary>
    public string ToJson() => JobJson.Write(new Dictionary<string, object?>
    {
        ["not_for_medical_use"] = true,
        ["warnings"] = Warnings,
        ["test_sets"] = Groups.Select(group => new
        {
            group.IsOfficialSplit,
            group.IsPhantom,
            images = group.Models[0].Test.Count,
            models = group.Models.ToDictionary(model => model.Name, model => JobJson.Embed(model.Result)),
            paired_roc_auc = group.Pairs,
            differing_options = group.DifferingOptions,
        }),
    });

    private static ComparisonGroup Group((TrainedRun Run, TrainedModel Model)[] members, int draws)
    {
        TrainedRun[] runs = [.. members.Select(member => member.Run).Distinct()];
        TrainedModel[] models = [.. members.Select(member => member.Model)];
        Predictions first = Sorted(models[0].Test);
        ComparedPair[] pairs = draws == 0
            ? []
            : [.. models.Skip(1).Select(other => new ComparedPair(
                other.Name, models[0].Name, ModelComparison.OfAreas(Sorted(other.Test), first, draws)))];
        string[] names = [.. runs.SelectMany(run => run.Options.Keys).Distinct()];
        Dictionary<string, IReadOnlyList<string>> options = names
            .Select(name => (name, Values: (
                IReadOnlyList<string>)[.. runs.Select(run => run.Options.GetValueOrDefault(name, "not said"))]))
            .Where(option => option.Values.Distinct().Count() > 1)
            .ToDictionary(option => option.name, option => option.Values);
        return new(runs[0].IsOfficialSplit, runs[0].IsPhantom, runs, models, pairs, options);
    }

    private static TrainedModel Named(TrainedRun run, TrainedModel model, bool sharesName)
    {
        string name = sharesName ? Path.Combine(Path.GetFileName(Path.GetDirectoryName(run.Folder))!, run.Name) : run.Name;
        return model with { Label = $"{name}, {model.Loss}" };
    }

    /// <summary>By name, so that runs that read their images in another order pair up.</summary>
    private static Predictions Sorted(Predictions test) =>
        test.Subset([.. Enumerable.Range(0, test.Count).OrderBy(row => test.Images![row].Name, StringComparer.Ordinal)]);

    private static string LabelsHash(Predictions test)
    {
        IEnumerable<string> rows = Enumerable.Range(0, test.Count).Select(row =>
            test.Images![row].Name + ' ' +
                string.Concat(Enumerable.Range(0, test.Findings.Count).Select(finding => test.Labels(finding)[row] ? '1' : '0')));
        return Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', rows.Order(StringComparer.Ordinal)))));
    }

    private static IEnumerable<string> Warn(ComparisonGroup[] groups)
    {
        bool[] kinds = [.. groups.Select(group => group.IsOfficialSplit).OfType<bool>().Distinct()];
        if (kinds.Length > 1)
        {
            yield return "Some runs were tested on NIH's official test set and some on random patients. The official set is far sicker: its figures come out " +
                "lower for the same model, so the two kinds stand in tables of their own and must not be compared.";
        }

        if (groups.Length > 1)
            yield return $"The runs were measured on {groups.Length} different test sets. Only models of one table were measured on the same images; only those are tested against each other.";
        if (groups.Any(group => group.IsPhantom))
            yield return "PHANTOM DATA: some of these runs were made with drawn images; their figures say nothing about radiographs.";
    }
}
