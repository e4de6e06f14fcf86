using ChestXray.Pipeline.Sources;

namespace ChestXray.Pipeline.Dataset;

/// <summary>Finds the label file of a data set by the names under which it circulates.</summary>
internal static class LabelFileSearch
{
    private static readonly string[] _names =
    [
        "Data_Entry_2017.csv", "Data_Entry_2017.csv.gz", "Data_Entry_2017_v2020.csv", "Data_Entry_2017_v2020.csv.gz",
        "sample_labels.csv",
    ];

    /// <summary>
    /// Reads the label file in a folder, in the only of its sub-folders that has one, in its zip file, or beside an archive.
    /// </summary>
    /// <exception cref="DataSetException">None, several of which none is plainly meant, or a bad one.</exception>
    /// <param name="scan">Where to look.</param>
    /// <param name="tolerant">Whether bad rows are left out and named.</param>
    public static LabelTable Read(SourceScan scan, bool tolerant = false)
    {
        string folder = Directory.Exists(scan.Root) ? scan.Root : Path.GetDirectoryName(scan.Root)!;
        SourceFile[] packed =
            [.. scan.Tables.Where(file => _names.Contains(Path.GetFileName(file.Path), StringComparer.Ordinal))];
        if (folder != scan.Root && packed.Length > 0)
            return ReadPacked(packed, tolerant);
        string[] found = [.. Candidates(folder, sameOnly: folder != scan.Root)];
        return found.Length switch
        {
            > 1 => throw Several(folder, found),
            1 => LabelTable.Read(found[0], () => CompressedFile.Open(found[0]), tolerant),
            _ when packed.Length > 0 => ReadPacked(packed, tolerant),
            _ => throw new DataSetException(
                $"There is no label file in {folder}: looked there and one folder below for {string.Join(", ", _names)}. " +
                "Put NIH's label file beside the images, or name it with --labels FILE."),
        };
    }

    /// <summary>Other label files in the folder of this one.</summary>
    public static IEnumerable<string> Beside(string path)
    {
        string? folder = Path.GetDirectoryName(path);
        return !Directory.Exists(folder)
            ? [] : _names.Select(name => Path.Combine(folder, name)).Where(other => other != path && File.Exists(other));
    }

    private static IEnumerable<string> Candidates(string folder, bool sameOnly)
    {
        if (_names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } here)
            return [here];
        return sameOnly
            ? []
            : Directory.GetDirectories(folder).Order(StringComparer.Ordinal).SelectMany(
                inner => _names.Select(name => Path.Combine(inner, name)).Where(File.Exists));
    }

    // The outermost one; a zip that was packed from a folder has everything one level down.
    private static LabelTable ReadPacked(SourceFile[] files, bool tolerant)
    {
        SourceFile[] outer = [.. files.GroupBy(file => file.Path.Count(letter => letter == '/')).MinBy(group => group.Key)!];
        SourceFile[] first = [.. outer.OrderBy(file => Array.IndexOf(_names, Path.GetFileName(file.Path)))];
        if (first.Select(file => Path.GetDirectoryName(file.Path)).Distinct().Count() > 1)
            throw Several(first[0].Entry!.Archive, first.Select(file => file.Path));
        using ImageReader reader = new();
        try
        {
            ReadOnlySpan<byte> bytes = reader.Read(new(default, first[0].Path, first[0].Bytes, first[0].Modified) { Entry = first[0].Entry });
            byte[] file = bytes.ToArray();
            return LabelTable.Read(first[0].Path, () => CompressedFile.Open(new MemoryStream(file)), tolerant);
        }
        catch (ImageFormatException error)
        {
            throw new DataSetException($"The label file can't be read: {error.Message}", error);
        }
    }

    private static DataSetException Several(string place, IEnumerable<string> found) =>
        new($"Several label files lie below {place}: {string.Join(", ", found)}. Name one with --labels FILE.");
}
