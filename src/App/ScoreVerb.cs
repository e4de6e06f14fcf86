using System.CommandLine;
using ChestXray.Model;

namespace ChestXray.App;

/// <summary>`score`: metrics of anybody's predictions.</summary>
internal static class ScoreVerb
{
    public static Command Make(TextWriter output)
    {
        Option<string> predictions = new("--predictions")
        {
            Description = "CSV with Image Index and a probability for each finding (plain or gzip)",
            Required = true,
        };
        Option<string> labels = new("--labels") { Description = "NIH's label file (CSV, plain or gzip)", Required = true };
        Option<double> threshold = new("--threshold")
        {
            Description = "Above it a probability counts as positive",
            DefaultValueFactory = _ => 0.5,
        };
        Option<string?> chooseOn = new("--choose-on")
        {
            Description = "CSV of the same model's predictions of a validation set: for each finding the threshold with the highest F1 there is taken",
        };
        Option<bool> subgroups = new("--subgroups") { Description = "Measure sexes, ages and views apart, too" };
        Option<int> draws = SharedOptions.Draws();
        Option<bool> json = SharedOptions.Json();
        Command command = new("score", "Measure anybody's predictions: AUC, report, detection rates")
        {
            predictions, labels, threshold, chooseOn, subgroups, draws, json,
        };
        command.SetAction(parsed =>
        {
            string labelPath = parsed.GetRequiredValue(labels);
            EvaluationResult result = Scoring.Score(parsed.GetRequiredValue(predictions), labelPath, new EvaluationOptions
            {
                Threshold = parsed.GetValue(threshold),
                Thresholds = parsed.GetValue(chooseOn) is { } path ? ChosenThresholds.HighestF1(Scoring.Read(path, labelPath)) : null,
                Subgroups = parsed.GetValue(subgroups),
                BootstrapDraws = SharedOptions.CheckDraws(parsed.GetValue(draws)),
            });
            if (parsed.GetValue(json))
                output.WriteLine(result.ToJson());
            else
                EvaluationText.Write(output, result);
        });
        return command;
    }
}
