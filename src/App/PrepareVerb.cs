using System.CommandLine;
using ChestXray.Model;
using ChestXray.Pipeline;

namespace ChestXray.App;

/// <summary>`prepare`: builds or completes the store alone.</summary>
internal static class PrepareVerb
{
    public static Command Make(TextWriter output, TextWriter error, CancellationToken stop)
    {
        Option<string> data = new("--data") { Description = "Data set: a folder of images, NIH's images_*.tar.gz, or Kaggle's zip", Required = true };
        Option<string?> labels = new("--labels")
        {
            Description = "Label file (default: looked for in --data, or beside the archive)",
        };
        Option<string?> cache = new("--cache") { Description = "Folder of decoded images" };
        Option<int> size = SharedOptions.Size();
        Option<string> pixels = SharedOptions.Pixels();
        Option<int> threads = new("--threads")
        {
            Description = "Decoding threads",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        Option<bool> trust = new("--trust") { Description = "Do not verify the files' checksums" };
        Option<bool> draft = SharedOptions.Draft(), antialias = SharedOptions.Antialias();
        Option<string> maxBad = SharedOptions.MaxBad();
        Option<string?> exclude = SharedOptions.Exclude();
        Option<bool> strict = new("--strict")
        {
            Description = "Images without a row, rows without an image and doubles are errors",
        };
        Option<bool> json = SharedOptions.Json();
        Command command = new("prepare", "Decode the images of a data set into a memory-mapped store, or complete one")
        {
            data, labels, cache, size, pixels, threads, trust, draft, antialias, maxBad, exclude, strict, json,
        };
        command.SetAction(parsed =>
        {
            Terminal terminal = new(output, error, parsed.GetValue(json));
            string folder = parsed.GetRequiredValue(data);
            PrepareOptions options = new()
            {
                Threads = parsed.GetValue(threads) is >= 1 and <= 1024 and var count
                    ? count : throw new UsageException("--threads must lie from 1 to 1024."),
                MaxBadShare = SharedOptions.ParseShare(parsed.GetRequiredValue(maxBad)),
                Decoder = new() { Trust = parsed.GetValue(trust) },
            };
            StoreLayout layout = new(parsed.GetValue(size), SharedOptions.ParsePixels(parsed.GetRequiredValue(pixels)),
                parsed.GetValue(antialias), parsed.GetValue(draft));
            PreparationJobResult result = PreparationJob.Run(
                folder, parsed.GetValue(labels), parsed.GetValue(strict), parsed.GetValue(cache)
                    ?? SharedOptions.DefaultCache(folder), layout,
                options, terminal, stop, parsed.GetValue(exclude));
            if (parsed.GetValue(json))
                output.WriteLine(result.ToJson());
        });
        return command;
    }
}
