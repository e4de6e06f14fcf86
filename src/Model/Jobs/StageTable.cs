using ChestXray.Model.Benchmarks;
using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>Where a preparation's time went, and which stage the others waited for.</summary>
internal static class StageTable
{
    private const string Inflate = "inflate";

    // Measuring the limits takes a second or two.
    private static readonly TimeSpan _worthLimits = TimeSpan.FromSeconds(10);

    /// <summary>The stage that was at work for the largest share of its threads' time; null where nothing was decoded.</summary>
    public static StageReport? Binding(PrepareResult result) =>
        result.Stages.Where(stage => stage.Name is not Inflate and not "resize").MaxBy(stage => Share(result, stage));

    /// <summary>
    /// How many times its limit's time the decoding took: inflating the same files with the same library, in the same run; null
    /// where nothing was inflated.
    /// </summary>
    public static double? OverLimit(PrepareResult result)
    {
        TimeSpan inflate = Time(result, Inflate);
        return inflate > TimeSpan.Zero ? (Time(result, "decode") + Time(result, "resize")) / inflate : null;
    }

    public static void Show(IJobObserver observer, PrepareResult result)
    {
        if (Binding(result) is not { } binding)
            return;
        observer.Say($"{"stage",-9}{"threads",8}{"images/s",10}{"MB/s",8}{"busy",8}{"waits",8}    (rates as if it never waited)");
        foreach (StageReport stage in result.Stages)
        {
            observer.Say(
                $"{stage.Name,-9}{stage.Threads,8}{stage.ImagesPerSecond,10:N0}{stage.MegabytesPerSecond,8:N0}{stage.Occupancy,8:P0}" +
                (stage.Name is Inflate or "resize" ? "    (on decode's threads)" : $"{stage.WaitShare,8:P0}"));
        }

        observer.Say($"{result.CoreSecondsPerImage * 1e3:0.00} core-milliseconds an image. {Advice(result, binding)}");
        if (result.Elapsed > _worthLimits)
            observer.Say(Limits(result));
    }

    // How far each stage was from what the machine can do at most, measured now.
    private static string Limits(PrepareResult result)
    {
        double read = result.SourceBytes / result.Elapsed.TotalSeconds, inflated = Bytes(result, Inflate),
            records = Bytes(result, "write");

        // Each byte read is copied once on its way, each inflated one written and read again.
        double moved = ((2 * result.SourceBytes) + (2 * inflated) + (2 * records)) / result.Elapsed.TotalSeconds,
            copied = 2 * Doctor.CopyRate() * 1e9;
        string disk = DiskRate.OfFiles(result.Index.Images.Select(image => image.ArchivePath ?? image.Path).Distinct()) is { } rate
            ? $"read {read / 1e6:N0} MB/s of the {rate.Cold / 1e6:N0} MB/s that the disk reads what is not in memory ({read / rate.Cold:P0})"
            : $"read {read / 1e6:N0} MB/s (the disk's limit could not be measured: its files stay in memory)";
        string inflate = OverLimit(result) is { } over ? $"decoded and resized in {over:0.00} times the inflate alone, " : "";
        return $"Limits: {inflate}{disk}, moved {moved / 1e9:0.0} GB/s of the {copied / 1e9:0.0} GB/s that one thread moves in memory ({moved / copied:P0}).";
    }

    private static double Bytes(PrepareResult result, string name) =>
        result.Stages.Where(stage => stage.Name == name).Sum(stage => stage.Bytes);

    public static IEnumerable<object> ToJson(PrepareResult result) => result.Stages.Select(stage => new
    {
        name = stage.Name,
        threads = stage.Threads,
        images = stage.Images,
        images_per_second = stage.ImagesPerSecond,
        megabytes_per_second = stage.MegabytesPerSecond,
        occupancy = stage.Occupancy,
        wait = stage.WaitShare,
    });

    private static string Advice(PrepareResult result, StageReport binding) => binding.Name switch
    {
        "decode" when OverLimit(result) is { } over =>
            $"Decoding binds: with resizing it took {over:0.00} times the inflate alone, which is its limit.",
        "decode" => "Decoding binds.",
        "read" => $"Reading binds, at {binding.MegabytesPerSecond:N0} MB/s: the disk, or unpacking the archives, is the limit.",
        _ => $"Writing binds, at {binding.MegabytesPerSecond:N0} MB/s: the cache's disk is the limit.",
    };

    // Resizing shares decode's threads, so it counts as their work.
    private static double Share(PrepareResult result, StageReport stage) =>
        stage.Occupancy + (stage.Name == "decode"
            ? result.Stages.Where(other => other.Name == "resize").Sum(other => other.Occupancy) : 0);

    private static TimeSpan Time(PrepareResult result, string name) =>
        result.Stages.Where(stage => stage.Name == name).Aggregate(TimeSpan.Zero, (sum, stage) => sum + stage.Busy);
}
