using System.Security.Cryptography;
using System.Text;

namespace ChestXray.Pipeline;

/// <summary>
/// What a split gives: counts and hashes per set, class weights and the augmented stream, from label rows alone.
/// </summary>
/// <param name="Sets">The three sets.</param>
/// <param name="Weights">The guide's class weights of the training set.</param>
/// <param name="ExtraImages">Augmented copies in a training epoch.</param>
/// <param name="StreamLength">Samples in a training epoch.</param>
/// <param name="ImagesByPasses">Training images by their number of listed findings, from 1.</param>
public sealed record SplitSummary(
    IReadOnlyDictionary<SplitSet, SplitSummary.Set> Sets, ClassWeights Weights, int ExtraImages, int StreamLength,
    IReadOnlyDictionary<int, int> ImagesByPasses)
{
    /// <summary>One set.</summary>
    /// <param name="Patients">How many patients it has.</param>
    /// <param name="Images">How many images.</param>
    /// <param name="PatientHash">
    /// SHA-256 of its patients' numbers in the split's order, joined by line feeds; lower-case hexadecimal.
    /// </param>
    /// <param name="FileHash">SHA-256 of its file names in ordinal order, joined by line feeds.</param>
    /// <param name="FirstPatients">Its first eight patients.</param>
    /// <param name="Positives">Images with each finding.</param>
    /// <param name="NoFinding">Images without any.</param>
    public sealed record Set(
        int Patients, int Images, string PatientHash, string FileHash,
        IReadOnlyList<int> FirstPatients, IReadOnlyList<int> Positives,
        int NoFinding);

    /// <summary>Counts rows; a row counts whether or not its image is at hand.</summary>
    public static SplitSummary From(PatientSplit split, IEnumerable<LabelRow> rows)
    {
        ILookup<SplitSet, LabelRow> bySet = rows.ToLookup(row => split.SetOf(row.PatientId));
        Dictionary<SplitSet, Set> sets = Enum.GetValues<SplitSet>()
            .ToDictionary(set => set, set => Count(split.Patients[set], [.. bySet[set]]));
        Set train = sets[SplitSet.Train];
        int[] passes = [.. bySet[SplitSet.Train].Select(row => GuideAugmentation.Passes(row.FindingBits))
            .Where(count => count > 0)];
        return new(
            sets, ClassWeights.From(train.Images, train.Positives), passes.Length, train.Images + passes.Length,
            passes.CountBy(count => count).OrderBy(pair => pair.Key).ToDictionary());
    }

    private static Set Count(IReadOnlyList<int> patients, LabelRow[] rows) => new(
        patients.Count, rows.Length, Hash(patients.Select(patient => patient.ToString())),
        Hash(rows.Select(row => row.FileName).Order(StringComparer.Ordinal)), [.. patients.Take(8)],
        [.. Enumerable.Range(0, Findings.Count).Select(finding => rows.Count(row => row.Has(finding)))],
        rows.Count(row => row.FindingBits == 0));

    private static string Hash(IEnumerable<string> items) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', items))));
}
