namespace ChestXray.Pipeline.Quality;

/// <summary>Holds label files of the same images against each other: the 2017 file, v2020 and the first release differ.</summary>
internal static class ReleaseChecks
{
    /// <summary>Names every image about which two label files disagree.</summary>
    /// <param name="labels">The file in use.</param>
    /// <param name="others">Other label files.</param>
    public static IEnumerable<QualityProblem> Run(LabelTable labels, IEnumerable<string> others)
    {
        Dictionary<string, LabelRow> own = labels.Rows.DistinctBy(row => row.Stem.ToString())
            .ToDictionary(row => row.Stem.ToString());
        foreach (string path in others)
        {
            string name = Path.GetFileName(path);
            foreach (QualityProblem problem in Compare(
                own, labels, LabelTable.Read(path, () => Dataset.CompressedFile.Open(path), tolerant: true), name))
                yield return problem;
        }
    }

    private static IEnumerable<QualityProblem> Compare(Dictionary<string, LabelRow> own, LabelTable labels, LabelTable other,
        string name)
    {
        HashSet<string> met = [];
        foreach (LabelRow theirs in other.Rows)
        {
            string stem = theirs.Stem.ToString();
            met.Add(stem);
            if (!own.TryGetValue(stem, out LabelRow ours))
                continue;
            if (ours.FindingBits != theirs.FindingBits)
                yield return ProblemKind.About(
                    "findings-differ", ours, $"{ours.FileName} has {Words(ours)} here and {Words(theirs)} in {name}.");
            if (ours.Age >= 0 && theirs.Age >= 0 && ours.Age != theirs.Age)
                yield return ProblemKind.About(
                    "age-differs", ours, $"{ours.FileName}: the patient is {ours.Age} here and {theirs.Age} in {name}.");
            if (ours.PatientId != theirs.PatientId)
                yield return ProblemKind.About("patient-differs", ours,
                    $"{ours.FileName} is of patient {ours.PatientId} here and of {theirs.PatientId} in {name}.");
        }

        // A part of the set beside the whole file is no fault; a row that only the smaller file has, or one missing in an
        // equal, is.
        int missing = own.Keys.Count(stem => !met.Contains(stem)), extra = met.Count(stem => !own.ContainsKey(stem));
        if (missing > 0 || (extra > 0 && extra < labels.Rows.Count / 2))
        {
            string first = own.Keys.FirstOrDefault(stem => !met.Contains(stem)) ?? met.First(stem => !own.ContainsKey(stem));
            yield return ProblemKind.Make(
                "row-in-one-release", first, null, $"{missing:N0} rows are missing in {name}, {extra:N0} are only there, first {first}.");
        }
    }

    private static string Words(in LabelRow row)
    {
        ushort bits = row.FindingBits;
        return bits == 0 ? Findings.NoFinding : string.Join('|', Findings.Names.Where((_, i) => (bits >> i & 1) != 0));
    }
}
