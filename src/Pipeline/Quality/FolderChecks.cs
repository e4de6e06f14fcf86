using System.Globalization;

namespace ChestXray.Pipeline.Quality;

/// <summary>
/// Names files in the wrong one of Kaggle's twelve folders, folders that are missing as a whole, and files that look like
/// images and can't be read. The folders divide the sorted names at known places, so no list is needed.
/// </summary>
internal static class FolderChecks
{
    private const double AgreementNeeded = 0.9;

    /// <summary>The first name in folder 2, 3 ... 12.</summary>
    private static readonly string[] _firstNames =
    [
        "00001336_000", "00003923_014", "00006585_007", "00009232_004", "00011558_008", "00013774_026", "00016051_010",
        "00018387_035",
        "00020945_050", "00024718_000", "00028173_003",
    ];

    private static readonly string[] _foreign =
        [".dcm", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".jp2", ".part", ".crdownload", ".download", ".tmp"];

    /// <summary>Names them.</summary>
    public static IEnumerable<QualityProblem> Run(DataSetIndex index) => Partition(index).Concat(Extra(index.Folder));

    /// <summary>The problems of joining, with missing images counted by folder where a whole folder is missing.</summary>
    public static IEnumerable<QualityProblem> Joined(DataSetIndex index)
    {
        HashSet<int> missing = [.. MissingFolders(index).Select(folder => folder.Number)];
        foreach (NamedProblem problem in index.Problems)
        {
            if (problem.Kind != "no-image" || !missing.Contains(FolderOf(Path.GetFileNameWithoutExtension(problem.Name))))
                yield return ProblemKind.Make(problem.Kind, problem.Name, null, problem.Detail);
        }
    }

    private static IEnumerable<QualityProblem> Partition(DataSetIndex index)
    {
        if (!FollowsNih(index))
            yield break;
        foreach (IndexedImage image in index.Images)
        {
            int stands = FolderNumber(image.Path), belongs = FolderOf(image.Label.Stem);
            if (stands > 0 && stands != belongs)
                yield return ProblemKind.About("wrong-folder", image.Label, $"{image.Path} belongs into images_{belongs:D3}.");
        }

        foreach ((int number, int rows) in MissingFolders(index))
        {
            yield return ProblemKind.Make(
                "folder-missing", $"images_{number:D3}", null,
                $"None of the {rows:N0} images of images_{number:D3} that have a row is there: the folder is missing.");
        }
    }

    private static IEnumerable<(int Number, int Rows)> MissingFolders(DataSetIndex index)
    {
        if (!FollowsNih(index))
            return [];
        HashSet<int> present = [.. index.Images.Select(image => FolderOf(image.Label.Stem))];
        return index.Labels.Rows.GroupBy(row => FolderOf(row.Stem)).Where(folder => !present.Contains(folder.Key))
            .Select(folder => (folder.Key, folder.Count())).OrderBy(folder => folder.Key);
    }

    /// <summary>
    /// Whether the images lie in Kaggle's folders and nearly all where they belong: a set with rules of its own is left alone.
    /// </summary>
    private static bool FollowsNih(DataSetIndex index)
    {
        int inFolders = 0, agree = 0;
        foreach (IndexedImage image in index.Images)
        {
            int stands = FolderNumber(image.Path);
            inFolders += stands > 0 ? 1 : 0;
            agree += stands > 0 && stands == FolderOf(image.Label.Stem) ? 1 : 0;
        }

        return inFolders > 0 && agree >= AgreementNeeded * inFolders;
    }

    /// <summary>The number of the folder that a name belongs into.</summary>
    private static int FolderOf(ReadOnlySpan<char> stem)
    {
        int folder = 1;
        while (folder <= _firstNames.Length && stem.SequenceCompareTo(_firstNames[folder - 1]) >= 0)
            folder++;
        return folder;
    }

    /// <summary>N of `images_00N` in a path; 0 where it has none.</summary>
    private static int FolderNumber(ReadOnlySpan<char> path)
    {
        int at = path.LastIndexOf("images_");
        return at >= 0 && path.Length >= at + 10 &&
            int.TryParse(path.Slice(at + 7, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
    }

    private static IEnumerable<QualityProblem> Extra(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        return Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(path => _foreign.Contains(Path.GetExtension(path).ToLowerInvariant())).Order(StringComparer.Ordinal)
            .Select(path => ProblemKind.Make(
                "extra-file", Path.GetFileName(path), null, $"{path} is neither PNG nor JPEG by its name and is not read."));
    }
}
