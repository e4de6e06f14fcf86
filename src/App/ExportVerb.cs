using System.CommandLine;
using ChestXray.Model;

namespace ChestXray.App;

/// <summary>`export`: a trained model for other programs.</summary>
internal static class ExportVerb
{
    public static Command Make(TextWriter error)
    {
        Option<string> run = new("--run") { Description = "A run's folder, as train --out made it", Required = true };
        Option<string?> loss = new("--loss")
        {
            Description = "Which of its models: weighted or plain (default: the weighted one where there is one)",
        };
        loss.AcceptOnlyFromAmong("weighted", "plain");
        Option<string> format = new("--format")
        {
            Description = "safetensors (PyTorch's names and layout) or onnx",
            Required = true,
        };
        format.AcceptOnlyFromAmong("safetensors", "onnx");
        Option<string> path = new("--out") { Description = "The file; one of this name is replaced", Required = true };
        Command command = new("export", "Write a trained model as safetensors or ONNX, with preprocessing, labels and thresholds as metadata")
        {
            run, loss, format, path,
        };
        command.SetAction(parsed =>
        {
            string folder = PredictionJob.ModelFolder(parsed.GetRequiredValue(run), parsed.GetValue(loss)),
                file = parsed.GetRequiredValue(path);
            if (parsed.GetRequiredValue(format) == "onnx")
                ModelExport.ToOnnx(folder, file);
            else
                ModelExport.ToSafetensors(folder, file);
            error.WriteLine($"{file}: the model of {folder}.");
            return Program.Done;
        });
        return command;
    }
}
