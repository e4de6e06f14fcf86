using System.CommandLine;
using ChestXray.Model;

namespace ChestXray.App;

/// <summary>`evaluate`: measures a run again from the predictions that it keeps.</summary>
internal static class EvaluateVerb
{
    public static Command Make(TextWriter output, TextWriter error)
    {
        Option<string> run = new("--run") { Description = "Folder of a run, as `train --out` made it", Required = true };
        Option<string?> page = new("--out") { Description = "Write the run's page to this HTML file, too" };
        Option<int> draws = SharedOptions.Draws();
        Option<bool> json = SharedOptions.Json();
        Command command = new("evaluate", "Measure a run on its test set again, with 95 % intervals; nothing is trained and no image is read") { run, page, draws, json };
        command.SetAction(parsed =>
        {
            TrainedRun opened = TrainedRun.Open(parsed.GetRequiredValue(run), SharedOptions.CheckDraws(parsed.GetValue(draws)));
            if (parsed.GetValue(page) is { } path)
            {
                HtmlReport.Write(path, opened.Report());
                (parsed.GetValue(json) ? error : output).WriteLine($"Page: {Path.GetFullPath(path)}");
            }

            if (parsed.GetValue(json))
                output.WriteLine(opened.ToJson());
            else
                Print(output, opened);
        });
        return command;
    }

    private static void Print(TextWriter output, TrainedRun run)
    {
        if (run.IsPhantom)
            output.WriteLine("PHANTOM DATA: the figures say nothing about radiographs.");
        foreach (TrainedModel model in run.Models)
        {
            output.WriteLine();
            output.WriteLine($"{run.Name}, {model.Name}");
            EvaluationText.Write(output, model.Result);
        }
    }
}
