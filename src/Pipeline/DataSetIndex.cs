using ChestXray.Pipeline.Dataset;

namespace ChestXray.Pipeline;

/// <summary>The images of a data set joined with their label rows by file name, and what did not match. Immutable.</summary>
public sealed class DataSetIndex
{
    private DataSetIndex(string folder, LabelTable labels, IReadOnlyList<IndexedImage> images, IReadOnlyList<NamedProblem> problems)
    {
        Folder = folder;
        Labels = labels;
        Images = images;
        Problems = problems;
    }

    /// <summary>The data set's folder, as a full path.</summary>
    public string Folder { get; }

    /// <summary>The label file.</summary>
    public LabelTable Labels { get; }

    /// <summary>The images that have a row, in the order of the rows.</summary>
    public IReadOnlyList<IndexedImage> Images { get; }

    /// <summary>Images without a row, rows without an image, and images of a name that another has; in a stable order.</summary>
    public IReadOnlyList<NamedProblem> Problems { get; }

    /// <summary>Reads the label file, finds the images below the folder and joins them by file name without extension.</summary>
    /// <param name="folder">The data set: Kaggle's `images_0NN/images`, one flat folder, or any nesting of folders.</param>
    /// <param name="labelPath">The label file; null looks for it in the folder.</param>
    /// <param name="strict">Whether what does not match is an error.</param>
    /// <exception cref="DataSetException">No such folder, no label file, no image, a bad label file; with strict, any problem.</exception>
    public static DataSetIndex Read(string folder, string? labelPath = null, bool strict = false)
    {
        string root = Path.GetFullPath(folder);
        if (!Directory.Exists(root))
        {
            throw new DataSetException(
                $"There is no folder {root}. Looked for a data set in NIH's layout: PNG or JPEG files, in any folders below it, beside a label " +
                "file such as Data_Entry_2017.csv.");
        }

        LabelTable labels = LabelTable.Read(labelPath ?? LabelFileSearch.Find(root));
        Dictionary<string, FileInfo> files = FindImages(root, out List<NamedProblem> problems);
        problems.AddRange(labels.Problems);
        List<IndexedImage> images = new(Math.Min(files.Count, labels.Rows.Count));
        foreach (LabelRow row in labels.Rows)
        {
            if (files.Remove(row.Stem.ToString(), out FileInfo? file))
                images.Add(new(row, file.FullName, file.Length, file.LastWriteTimeUtc.Ticks));
            else
                problems.Add(new("no-image", row.FileName, $"{row.FileName} has a row in {labels.SourcePath} and no image: it is left out."));
        }

        foreach (FileInfo file in files.Values.OrderBy(file => file.FullName, StringComparer.Ordinal))
            problems.Add(new("no-label-row", file.Name, $"{file.FullName} has no row in {labels.SourcePath}: it is left out."));
        if (images.Count == 0)
        {
            throw new DataSetException(
                $"No image below {root} has a row in {labels.SourcePath}: {files.Count:N0} images (.png, .jpg, .jpeg) and " +
                $"{labels.Rows.Count:N0} rows, no name in common. Do folder and label file belong together?");
        }

        if (strict && problems.Count > 0)
        {
            throw new DataSetException(
                $"--strict: {problems.Count:N0} images and rows do not match, first: {problems[0].Detail} Mend the data, or leave --strict out.");
        }

        return new(root, labels, images, problems);
    }

    /// <summary>The same index with its first images only.</summary>
    /// <param name="images">How many, at least 1.</param>
    public DataSetIndex First(int images) => new(Folder, Labels, [.. Images.Take(images)], Problems);

    private static Dictionary<string, FileInfo> FindImages(string root, out List<NamedProblem> problems)
    {
        EnumerationOptions everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };
        Dictionary<string, FileInfo> files = new(StringComparer.Ordinal);
        problems = [];
        try
        {
            FileInfo[] found = [.. new DirectoryInfo(root).EnumerateFiles("*", everything).Where(file => IsImage(file.Name))];
            Array.Sort(found, (a, b) => string.CompareOrdinal(a.FullName, b.FullName));
            foreach (FileInfo file in found)
            {
                string stem = Path.GetFileNameWithoutExtension(file.Name);
                if (!files.TryAdd(stem, file))
                    problems.Add(new("duplicate-image", file.Name, $"{file.FullName} has the name of {files[stem].FullName}: it is left out."));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"The folder {root} can't be searched for images: {error.Message}", error);
        }

        return files;
    }

    private static bool IsImage(string name) =>
        name.EndsWith(".png", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase) ||
        name.EndsWith(".jpeg", StringComparison.OrdinalIgnoreCase);
}
