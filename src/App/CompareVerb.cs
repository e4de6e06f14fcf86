using System.CommandLine;
using ChestXray.Model;

namespace ChestXray.App;

/// <summary>`compare`: runs side by side, with paired intervals where they share a test set.</summary>
internal static class CompareVerb
{
    public static Command Make(TextWriter output, TextWriter error)
    {
        Argument<string[]> runs = new("runs") { Description = "Folders of runs; each model is held against the first of those that share its test set", Arity = ArgumentArity.OneOrMore };
        Option<string?> page = new("--out") { Description = "Write a page to this HTML file, too" };
        Option<int> draws = SharedOptions.Draws();
        Option<bool> json = SharedOptions.Json();
        Command command = new("compare", "Lay runs side by side; differences are tested on redrawn patients")
        {
            runs, page, draws, json,
        };
        command.SetAction(parsed =>
        {
            int count = SharedOptions.CheckDraws(parsed.GetValue(draws));
            RunComparison comparison =
                RunComparison.Of([.. parsed.GetRequiredValue(runs).Select(folder => TrainedRun.Open(folder, count))], count);
            if (parsed.GetValue(page) is { } path)
            {
                ComparisonReport.Write(path, comparison);
                (parsed.GetValue(json) ? error : output).WriteLine($"Page: {Path.GetFullPath(path)}");
            }

            if (parsed.GetValue(json))
                output.WriteLine(comparison.ToJson());
            else
                Print(output, comparison);
        });
        return command;
    }

    private static void Print(TextWriter output, RunComparison comparison)
    {
        foreach (string warning in comparison.Warnings)
            output.WriteLine("Note: " + warning);
        foreach (ComparisonGroup group in comparison.Groups)
        {
            output.WriteLine();
            EvaluationResult first = group.Models[0].Result;
            string split = group.IsOfficialSplit switch
            {
                true => "official split",
                false => "random split",
                null => "unknown split",
            };
            output.WriteLine($"{split}, {first.Rows:N0} test images of {first.Patients:N0} patients. Not for medical use.");
            output.WriteLine($"{"",-44}{"mean AUC",10}{"95 % interval",18}{"difference",12}{"95 % interval",20}{"p",8}");
            foreach (TrainedModel model in group.Models)
                output.WriteLine(Row(model, group));
        }
    }

    private static string Row(TrainedModel model, ComparisonGroup group)
    {
        string interval = model.Result.MeanRocAucInterval is { } range ? $"{range.Low:0.000} to {range.High:0.000}" : "-";
        string row = $"{model.Name,-44}{model.Result.MeanRocAuc?.ToString("0.0000") ?? "-",10}{interval,18}";
        if (group.Pairs.FirstOrDefault(pair => pair.First == model.Name)?.RocAuc.GetValueOrDefault("mean") is not { } mean)
            return row;
        string between = mean.Interval is { } difference ? $"{difference.Low:+0.000;-0.000} to {difference.High:+0.000;-0.000}" : "-";
        return row + $"{mean.Difference,12:+0.0000;-0.0000}{between,20}{mean.PValue?.ToString("0.000") ?? "-",8}";
    }
}
