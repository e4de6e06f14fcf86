namespace ChestXray.Model;

/// <summary>What a benchmark runs on.</summary>
/// <param name="DataFolder">A data set in NIH's layout; null takes made images.</param>
/// <param name="Repeats">Timed runs of each row after a second of warm-up, at least 3; medians are reported.</param>
/// <param name="Threads">Threads where a row uses several; default one for each processor.</param>
/// <param name="Peers">Whether other programs are timed beside ours where they are installed.</param>
/// <param name="Records">`loader`: the store's size, made by repeating records; 0 takes the images' own.</param>
public sealed record BenchmarkOptions(
    string? DataFolder = null, int Repeats = 7, int Threads = 0, bool Peers = true, int Records = 0)
{
    /// <summary>`gpu`: letters of the parts to run, as "ac"; empty takes all.</summary>
    public string Parts { get; init; } = "";

    /// <summary>The data's name for reports, which leave the machine: its folder's, without the path.</summary>
    internal string DataName =>
        DataFolder is null ? "made" : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(DataFolder)));

    internal int ThreadCount => Threads == 0 ? Environment.ProcessorCount : Threads;
}
