using ChestXray.Pipeline.Dataset;
using ChestXray.Pipeline.Sources;

namespace ChestXray.Pipeline;

/// <summary>The images of a data set joined with their label rows by file name, and what did not match. Immutable.</summary>
public sealed class DataSetIndex
{
    private readonly bool _strict;
    private ExclusionList? _exclusions;

    private DataSetIndex(
        string folder, LabelTable labels, IReadOnlyList<IndexedImage> images, IReadOnlyList<NamedProblem> problems,
        IReadOnlyList<string> tars, IReadOnlyList<string> unread, bool strict)
    {
        Folder = folder;
        Labels = labels;
        Images = images;
        Problems = problems;
        Tars = tars;
        UnreadArchives = unread;
        _strict = strict;
    }

    /// <summary>The data set's folder or archive, as a full path.</summary>
    public string Folder { get; }

    /// <summary>The label file.</summary>
    public LabelTable Labels { get; }

    /// <summary>
    /// The images that have a row, in the order of the rows. Where there are <see cref="UnreadArchives"/>, every row that has
    /// no image so far stands for one that may be in them.
    /// </summary>
    public IReadOnlyList<IndexedImage> Images { get; }

    /// <summary>Images without a row, rows without an image, and images of a name that another has; in a stable order.</summary>
    public IReadOnlyList<NamedProblem> Problems { get; }

    /// <summary>
    /// Tar files that have not been read yet: what is in them is known after a preparation, whose result has the index as it
    /// then is.
    /// </summary>
    public IReadOnlyList<string> UnreadArchives { get; }

    /// <summary>All tar files, read or not.</summary>
    internal IReadOnlyList<string> Tars { get; }

    /// <summary>Reads the label file, finds the images and joins them by file name without extension.</summary>
    /// <param name="source">
    /// The data set: a folder with images (Kaggle's `images_0NN/images`, flat, or any nesting), a folder with NIH's
    /// `images_*.tar.gz`, a zip file, or a tar file.
    /// </param>
    /// <param name="labelPath">The label file; null looks for it in the folder, in the zip file or beside the archive.</param>
    /// <param name="strict">Whether what does not match is an error.</param>
    /// <param name="cache">
    /// The folder of the stores, where the names in tar files are kept once they were read; null where there is none.
    /// </param>
    /// <exception cref="DataSetException">
    /// No such folder, no label file, no image, a bad label file or archive; with strict, any problem.
    /// </exception>
    public static DataSetIndex Read(string source, string? labelPath = null, bool strict = false, string? cache = null)
    {
        SourceScan scan = SourceScan.Read(source, cache);
        return Join(scan, labelPath is null ? LabelFileSearch.Read(scan) : LabelTable.Read(labelPath), strict);
    }

    /// <summary>
    /// As <see cref="Read"/>, for an inspection: bad rows of the label file are left out and named among the problems, not
    /// refused.
    /// </summary>
    /// <inheritdoc cref="Read"/>
    public static DataSetIndex ReadForInspection(string source, string? labelPath = null, string? cache = null)
    {
        SourceScan scan = SourceScan.Read(source, cache);
        LabelTable labels = labelPath is null
            ? LabelFileSearch.Read(scan, tolerant: true) : LabelTable.Read(labelPath, () => CompressedFile.Open(labelPath),
                tolerant: true);
        return Join(scan, labels, strict: false);
    }

    /// <summary>The same index with its first images only.</summary>
    /// <param name="images">How many, at least 1.</param>
    public DataSetIndex First(int images) =>
        new(Folder, Labels, [.. Images.Take(images)], Problems, Tars, UnreadArchives, _strict) { _exclusions = _exclusions };

    /// <summary>
    /// The same index without the images of a list; each is named among the problems. The split does not change: rows stay.
    /// </summary>
    /// <param name="exclusions">The list.</param>
    /// <exception cref="DataSetException">
    /// The list names nothing of this data set, or leaves no image; or, where what does not match is an error, it names
    /// something unknown.
    /// </exception>
    public DataSetIndex Except(ExclusionList exclusions)
    {
        (IReadOnlyList<IndexedImage> kept, IReadOnlyList<NamedProblem> problems) = exclusions.ApplyTo(this, _strict);
        return new(Folder, Labels, kept, [.. Problems, .. problems], Tars, UnreadArchives, _strict) { _exclusions = exclusions };
    }

    /// <summary>
    /// The bytes of some images, spread over the set; of tar files, the first ones. What can't be read is left out.
    /// </summary>
    /// <param name="images">How many at most, at least 1.</param>
    public IReadOnlyList<byte[]> ReadSample(int images)
    {
        IndexedImage[] direct = [.. Images.Where(image => !image.IsStreamed)];
        if (direct.Length == 0)
            return TarArchive.ReadFirst(Tars[0], images);
        List<byte[]> sample = [];
        using ImageReader reader = new();
        int count = Math.Min(images, direct.Length);
        for (int i = 0; i < count; i++)
        {
            try
            {
                sample.Add(reader.Read(direct[(int)((long)i * direct.Length / count)]).ToArray());
            }
            catch (ImageFormatException)
            {
                // A preparation names it.
            }
        }

        return sample;
    }

    /// <summary>The index after a preparation has read the archives.</summary>
    /// <param name="cache">The folder of the stores.</param>
    /// <exception cref="DataSetException">An archive is gone; no image has a row; with strict, any problem.</exception>
    internal DataSetIndex Reread(string cache)
    {
        DataSetIndex index = Join(SourceScan.Read(Folder, cache), Labels, _strict);
        return _exclusions is null ? index : index.Except(_exclusions);
    }

    private static DataSetIndex Join(SourceScan scan, LabelTable labels, bool strict)
    {
        Dictionary<string, SourceFile> files = scan.Images;
        List<NamedProblem> problems = [.. scan.Problems, .. labels.Problems];
        List<IndexedImage> images = new(labels.Rows.Count);
        ArchiveEntry unread = new(scan.Unread.FirstOrDefault() ?? "", ArchiveEntry.Streamed);
        foreach (LabelRow row in labels.Rows)
        {
            if (files.Remove(row.Stem.ToString(), out SourceFile file))
                images.Add(new(row, file.Path, file.Bytes, file.Modified) { Entry = file.Entry });
            else if (scan.Unread.Count > 0)
                images.Add(new(row, Path.Join(scan.Root, row.FileName), -1, -1) { Entry = unread });
            else
                problems.Add(new("no-image", row.FileName, $"{row.FileName} has a row in {labels.SourcePath} and no image: it is left out."));
        }

        foreach (string path in files.Values.Select(file => file.Path).Order(StringComparer.Ordinal))
            problems.Add(new("no-label-row", Path.GetFileName(path),
                $"{path} has no row in {labels.SourcePath}: it is left out."));
        if (images.Count == 0)
        {
            throw new DataSetException(
                $"No image below {scan.Root} has a row in {labels.SourcePath}: {files.Count:N0} images (.png, .jpg, .jpeg) and " +
                $"{labels.Rows.Count:N0} rows, no name in common. Do folder and label file belong together?");
        }

        if (strict && problems.Count > 0)
        {
            throw new DataSetException(
                $"--strict: {problems.Count:N0} images and rows do not match, first: {problems[0].Detail} Mend the data, or leave --strict out.");
        }

        return new(scan.Root, labels, images, problems, scan.Tars, scan.Unread, strict);
    }
}
