using System.Globalization;

namespace ChestXray.Pipeline.Quality;

/// <summary>Names label rows that can't be true, by themselves or beside the patient's other rows.</summary>
internal static class RowChecks
{
    /// <summary>Rows of the complete set, and how many of them have Pneumonia in the first and in later releases.</summary>
    private const int CompleteRows = 112_120, FirstReleasePneumonia = 1_353, CurrentPneumonia = 1_431;

    private const int Pneumonia = 12;

    /// <summary>Names what rows say about age, sex, view and patient.</summary>
    public static IEnumerable<QualityProblem> Run(LabelTable labels, InspectionOptions options)
    {
        foreach (LabelRow row in labels.Rows)
        {
            if (row.Age > options.HighestAge)
                yield return ProblemKind.About(
                    "impossible-age", row, $"{row.FileName}: the patient's age is {row.Age}, above {options.HighestAge}.");
            if (row.Sex is not ('M' or 'F' or '\0'))
                yield return ProblemKind.About(
                    "unknown-sex", row, $"{row.FileName}: the patient's sex is '{row.Sex}', neither M nor F.");
            if (row.View is not ("PA" or "AP" or ""))
                yield return ProblemKind.About(
                    "unknown-view", row, $"{row.FileName}: the view is '{row.View}', neither PA nor AP.");
            if (NameOf(row) is { } named && named.Patient != row.PatientId)
                yield return ProblemKind.About("patient-mismatch", row,
                    $"{row.FileName} is named after patient {named.Patient}; its row says {row.PatientId}.");
        }

        bool isChronological = !IsNumberedByFile(labels);
        foreach (IGrouping<int, LabelRow> patient in labels.Rows.GroupBy(row => row.PatientId))
        {
            foreach (QualityProblem problem in Patient([.. patient], isChronological, options))
                yield return problem;
        }
    }

    /// <summary>What can be told of the file's release.</summary>
    public static string Release(LabelTable labels)
    {
        string form = labels.Rows.All(row => row.FollowUp < 0) ? "The file has no follow-up numbers, so its form can't be told."
            : IsNumberedByFile(labels) ? "Follow-up numbers are those of the file names, as in the 2017 form."
            : "Follow-up numbers are chronological, as in the v2020 form.";
        int pneumonia = labels.Rows.Count(row => row.Has(Pneumonia));
        string findings = labels.Rows.Count != CompleteRows
            ? $"It has {labels.Rows.Count:N0} of {CompleteRows:N0} rows, so whether its findings are the first release's (181 images differ) can't be told from it alone."
            : pneumonia switch
            {
                CurrentPneumonia => "Its findings are those of 2017 (Kaggle) and v2020.",
                FirstReleasePneumonia => "Its findings are those of the FIRST release, which lacks findings of 181 images.",
                _ => $"It has {pneumonia:N0} rows with Pneumonia, neither the first release's {FirstReleasePneumonia:N0} nor the later {CurrentPneumonia:N0}: somebody changed the findings.",
            };
        return form + " " + findings;
    }

    private static IEnumerable<QualityProblem> Patient(LabelRow[] rows, bool isChronological, InspectionOptions options)
    {
        string sexes = string.Concat(rows.Select(row => row.Sex).Where(sex => sex is 'M' or 'F').Distinct());
        if (sexes.Length > 1)
        {
            LabelRow odd = rows.First(row => row.Sex == sexes[1]);
            yield return ProblemKind.About("sex-changes", odd, $"Patient {odd.PatientId} is {sexes[0]} in {rows.First(row => row.Sex == sexes[0]).FileName} and {sexes[1]} in {odd.FileName}.");
        }

        if (!isChronological)
            yield break;
        LabelRow[] ordered = [.. rows.Where(row => row.FollowUp >= 0 && row.Age >= 0 && row.Age <= options.HighestAge)
            .OrderBy(row => row.FollowUp)];
        for (int i = 1; i < ordered.Length; i++)
        {
            if (ordered[i].Age < ordered[i - 1].Age)
            {
                yield return ProblemKind.About(
                    "age-falls", ordered[i], $"Patient {ordered[i].PatientId} is {ordered[i].Age} in {ordered[i].FileName} and was {ordered[i - 1].Age} in {ordered[i - 1].FileName} before.");
            }
        }
    }

    private static bool IsNumberedByFile(LabelTable labels)
    {
        int named = 0, equal = 0;
        foreach (LabelRow row in labels.Rows)
        {
            if (row.FollowUp < 0 || NameOf(row) is not { } name)
                continue;
            named++;
            equal += name.Image == row.FollowUp ? 1 : 0;
        }

        return equal >= 0.99 * named;
    }

    /// <summary>NIH's names: eight digits of the patient, three of the image.</summary>
    private static (int Patient, int Image)? NameOf(in LabelRow row)
    {
        ReadOnlySpan<char> stem = row.Stem;
        return stem.Length == 12 && stem[8] == '_' &&
            int.TryParse(stem[..8], NumberStyles.None, CultureInfo.InvariantCulture, out int patient) &&
            int.TryParse(stem[9..], NumberStyles.None, CultureInfo.InvariantCulture, out int image)
            ? (patient, image) : null;
    }
}
