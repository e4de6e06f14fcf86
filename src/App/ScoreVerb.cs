using System.CommandLine;
using ChestXray.Model;

namespace ChestXray.App;

/// <summary>`score`: metrics of anybody's predictions.</summary>
internal static class ScoreVerb
{
    public static Command Make(TextWriter output)
    {
        Option<string> predictions = new("--predictions") { Description = "CSV with Image Index and a probability for each finding (plain or gzip)", Required = true };
        Option<string> labels = new("--labels") { Description = "NIH's label file (CSV, plain or gzip)", Required = true };
        Option<double> threshold = new("--threshold") { Description = "Above it a probability counts as positive", DefaultValueFactory = _ => 0.5 };
        Option<bool> json = SharedOptions.Json();
        Command command = new("score", "Measure anybody's predictions: AUC, report, detection rates") { predictions, labels, threshold, json };
        command.SetAction(parsed =>
        {
            EvaluationResult result = Scoring.Score(
                parsed.GetRequiredValue(predictions), parsed.GetRequiredValue(labels), parsed.GetValue(threshold));
            if (parsed.GetValue(json))
                output.WriteLine(result.ToJson());
            else
                EvaluationText.Write(output, result);
        });
        return command;
    }
}
