namespace ChestXray.Pipeline.Dataset;

/// <summary>Finds the label file of a data set by the names under which it circulates.</summary>
internal static class LabelFileSearch
{
    private static readonly string[] _names =
    [
        "Data_Entry_2017.csv", "Data_Entry_2017.csv.gz", "Data_Entry_2017_v2020.csv", "Data_Entry_2017_v2020.csv.gz", "sample_labels.csv",
    ];

    /// <summary>The label file in a folder, or in the only of its sub-folders that has one.</summary>
    /// <exception cref="DataSetException">None, or several of which none is plainly meant.</exception>
    public static string Find(string folder)
    {
        foreach (string name in _names)
        {
            if (Path.Combine(folder, name) is var path && File.Exists(path))
                return path;
        }

        string[] nested = [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).SelectMany(
            inner => _names.Select(name => Path.Combine(inner, name)).Where(File.Exists))];
        return nested.Length switch
        {
            1 => nested[0],
            0 => throw new DataSetException(
                $"There is no label file in {folder}: looked there and one folder below for {string.Join(", ", _names)}. " +
                "Put NIH's label file beside the images, or name it with --labels FILE."),
            _ => throw new DataSetException($"Several label files lie below {folder}: {string.Join(", ", nested)}. Name one with --labels FILE."),
        };
    }
}
