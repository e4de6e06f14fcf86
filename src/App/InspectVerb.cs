using System.CommandLine;
using ChestXray.Model;

namespace ChestXray.App;

/// <summary>`inspect`: what a data set holds and everything that is wrong with it.</summary>
internal static class InspectVerb
{
    public static Command Make(TextWriter output, TextWriter error, CancellationToken stop)
    {
        Option<string> data = new("--data") { Description = "Data set: a folder of images, NIH's images_*.tar.gz, or Kaggle's zip", Required = true };
        Option<string?> labels = new("--labels")
        {
            Description = "Label file (default: looked for in --data, or beside the archive)",
        };
        Option<string[]> compare = new("--compare-labels")
        {
            Description = "Other releases of the label file: every image about which they disagree is named (default: those beside the label file)",
            DefaultValueFactory = _ => [],
        };
        Option<string?> cache = new("--cache")
        {
            Description = "Folder of decoded images, the same as for train (default: cache/NAME-HASH in the working folder)",
        };
        Option<string?> outFolder = new("--out")
        {
            Description = "Folder for inspection.html and inspection.json (default: inspections/NAME)",
        };
        Option<string?> exclusions = new("--write-exclusions")
        {
            Description = "Write the images that should be left out into this file, each with its reason, for train --exclude",
        };
        Option<int> size = SharedOptions.Size();
        Option<string> pixels = SharedOptions.Pixels();
        Option<int> threads = new("--threads")
        {
            Description = "Threads that decode and inspect",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        SplitSelection split = new("--split-seed");
        Option<bool> json = SharedOptions.Json();
        Command command = new("inspect", "Show what a data set holds and name everything that is wrong with it, with the remedy")
        {
            data, labels, compare, cache, outFolder, exclusions, size, pixels, threads, json,
        };
        split.AddTo(command);
        command.SetAction(parsed =>
        {
            string folder = parsed.GetRequiredValue(data);
            int count = parsed.GetValue(threads) is >= 1 and <= 1024 and var some
                ? some : throw new UsageException("--threads must lie from 1 to 1024.");
            InspectionJobResult result = InspectionJob.Run(
                new()
                {
                    DataFolder = folder,
                    LabelPath = parsed.GetValue(labels),
                    CacheFolder = parsed.GetValue(cache) ?? SharedOptions.DefaultCache(folder),
                    OutFolder = parsed.GetValue(outFolder)
                        ?? Path.Combine("inspections", Path.GetFileName(
                        Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))),
                    ExclusionPath = parsed.GetValue(exclusions),
                    Layout = new(parsed.GetValue(size), SharedOptions.ParsePixels(parsed.GetRequiredValue(pixels))),
                    Prepare = new() { Threads = count },
                    Inspection = new()
                    {
                        Threads = count,
                        OtherLabels = [.. parsed.GetRequiredValue(compare).Select(Path.GetFullPath)],
                    },
                    Split = split.Read(parsed),
                },
                new Terminal(output, error, parsed.GetValue(json)), stop);
            if (parsed.GetValue(json))
                output.WriteLine(result.ToJson());
        });
        return command;
    }
}
