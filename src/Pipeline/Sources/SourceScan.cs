namespace ChestXray.Pipeline.Sources;

/// <summary>The images of a data set, in a folder tree, in zip files or in tar files.</summary>
internal sealed class SourceScan
{
    private static readonly EnumerationOptions _everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
    };

    private SourceScan(string root) => Root = root;

    /// <summary>The folder or archive, as a full path.</summary>
    public string Root { get; }

    /// <summary>The images by name without extension.</summary>
    public Dictionary<string, SourceFile> Images { get; } = new(StringComparer.Ordinal);

    /// <summary>Tar files whose images are not known before they are read.</summary>
    public List<string> Unread { get; } = [];

    /// <summary>Tar files, read or unread.</summary>
    public List<string> Tars { get; } = [];

    /// <summary>Zip entries that could be label files.</summary>
    public List<SourceFile> Tables { get; } = [];

    /// <summary>Images of a name that another has; archives that were passed over.</summary>
    public List<NamedProblem> Problems { get; } = [];

    /// <summary>Looks for images.</summary>
    /// <param name="path">A folder, a zip file or a tar file.</param>
    /// <param name="cache">Where listings of tar files are kept; null takes every tar file for unread.</param>
    /// <exception cref="DataSetException">Nothing there, an archive that is none, a folder that can't be searched.</exception>
    public static SourceScan Read(string path, string? cache)
    {
        SourceScan scan = new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        try
        {
            if (Directory.Exists(scan.Root))
                scan.AddFolder(cache);
            else if (File.Exists(scan.Root) && (SourceFile.IsZip(scan.Root) || SourceFile.IsTar(scan.Root)))
                scan.AddArchive(scan.Root, cache);
            else
                throw NothingThere(scan.Root);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"{scan.Root} can't be searched for images: {error.Message}", error);
        }

        return scan;
    }

    private void AddFolder(string? cache)
    {
        FileInfo[] found = [.. new DirectoryInfo(Root).EnumerateFiles("*", _everything)];
        Array.Sort(found, (a, b) => string.CompareOrdinal(a.FullName, b.FullName));
        foreach (FileInfo file in found.Where(file => SourceFile.IsImage(file.Name)))
            Add(new(file.FullName, file.Length, file.LastWriteTimeUtc.Ticks, null));
        bool hasFiles = Images.Count > 0;
        foreach (FileInfo file in found.Where(file => SourceFile.IsZip(file.Name) || SourceFile.IsTar(file.Name)))
        {
            if (!hasFiles)
                AddArchive(file.FullName, cache);
            else
                Problems.Add(new("archive-passed-over", file.Name,
                    $"{file.FullName} lies beside image files: archives are read only where there are none."));
        }
    }

    private void AddArchive(string path, string? cache)
    {
        if (SourceFile.IsZip(path))
        {
            foreach (SourceFile file in ZipDirectory.Read(path).OrderBy(file => file.Path, StringComparer.Ordinal))
            {
                if (SourceFile.IsImage(file.Path))
                    Add(file);
                else
                    Tables.Add(file);
            }

            return;
        }

        Tars.Add(path);
        if (cache is null || ArchiveListing.Read(cache, path) is not { } listed)
            Unread.Add(path);
        else
            listed.ForEach(Add);
    }

    private void Add(SourceFile file)
    {
        string stem = Path.GetFileNameWithoutExtension(file.Path);
        if (!Images.TryAdd(stem, file))
            Problems.Add(new("duplicate-image", Path.GetFileName(file.Path),
                $"{file.Path} has the name of {Images[stem].Path}: it is left out."));
    }

    private static DataSetException NothingThere(string path) => new(
        $"There is no folder {path}. Looked for a data set in NIH's layout: a folder with PNG or JPEG files, in any folders below it, or with " +
        "NIH's images_*.tar.gz, beside a label file such as Data_Entry_2017.csv; or Kaggle's zip file.");
}
