using System.CommandLine;
using System.Text.Json;
using ChestXray.Model;
using ChestXray.Pipeline;

namespace ChestXray.App;

/// <summary>`sample`: writes the phantom data set in NIH's layout.</summary>
internal static class SampleVerb
{
    public static Command Make(TextWriter output, TextWriter error, CancellationToken stop)
    {
        Option<string> target = new("--out") { Description = "Folder of the phantom set", Required = true };
        Option<int> images = new("--images")
        {
            Description = "How many images",
            DefaultValueFactory = _ => new PhantomOptions().Images,
        };
        Option<ulong> seed = new("--seed") { Description = "Another seed draws another set" };
        Option<bool> json = SharedOptions.Json();
        Command command = new("sample", "Write a data set of phantoms (made images with made signs) in NIH's layout")
        {
            target, images, seed, json,
        };
        command.SetAction(parsed =>
        {
            Terminal terminal = new(output, error, parsed.GetValue(json));
            string folder = Write(
                parsed.GetRequiredValue(target), new() { Images = parsed.GetValue(images), Seed = parsed.GetValue(seed) }, terminal, stop);
            if (parsed.GetValue(json))
                output.WriteLine(JsonSerializer.Serialize(new { folder = Path.GetFullPath(folder), phantom_data = true }));
            else
                output.WriteLine($"PHANTOM DATA in {Path.GetFullPath(folder)}: made images with made signs. Train with --data on it.");
        });
        return command;
    }

    /// <summary>Writes or completes a set with a bar; returns the folder.</summary>
    public static string Write(string folder, PhantomOptions options, IJobObserver observer, CancellationToken stop)
    {
        using IJobStage stage = observer.Begin("Drawing phantoms", options.Images, "images");
        PhantomSet.Write(folder, options, new StageReport(stage), stop);
        return folder;
    }

    private sealed class StageReport(IJobStage stage) : IProgress<int>
    {
        public void Report(int value) => stage.Report(value);
    }
}
