using System.CommandLine;
using System.Globalization;
using ChestXray.Model;

namespace ChestXray.App;

/// <summary>`predict`: probabilities for images.</summary>
internal sealed class PredictVerb
{
    private readonly Argument<string[]> _images = new("IMAGE")
    {
        Description = "PNG or JPEG files, folders, or patterns with * ? and ** in quotes",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _run = new("--run") { Description = "A run's folder, as train --out made it" };
    private readonly Option<string?> _onnx = new("--onnx") { Description = "A file that export --format onnx wrote" };
    private readonly Option<string?> _loss = new("--loss")
    {
        Description = "Which of the run's models: weighted or plain (default: the weighted one where there is one)",
    };
    private readonly Option<string?> _csv = new("--csv")
    {
        Description = "Write probabilities to this file, as score reads them",
    };
    private readonly Option<string?> _pictures = new("--pictures")
    {
        Description = "Draw each image with its probabilities into this folder",
    };
    private readonly Option<string?> _heatmaps = new("--heatmaps")
    {
        Description = "Draw each image with its heat map (Grad-CAM) into this folder",
    };
    private readonly Option<string?> _finding = new("--finding")
    {
        Description = "The finding of the heat maps (default: each image's most probable one)",
    };
    private readonly Option<string?> _boxes = new("--boxes")
    {
        Description = "Compare heat maps with NIH's list of boxes (BBox_List_2017.csv)",
    };
    private readonly Option<string> _device = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N",
        DefaultValueFactory = _ => "auto",
    };
    private readonly Option<int> _batchSize = new("--batch-size")
    {
        Description = "Images at a time",
        DefaultValueFactory = _ => 64,
    };
    private readonly Option<bool> _json = SharedOptions.Json();

    private PredictVerb()
    {
    }

    public static Command Make(TextWriter output, TextWriter error, CancellationToken stop)
    {
        PredictVerb verb = new();
        verb._loss.AcceptOnlyFromAmong("weighted", "plain");
        Command command = new("predict", "Probabilities of the 14 findings for images, from a run or an ONNX file")
        {
            verb._images, verb._run, verb._onnx, verb._loss, verb._csv, verb._pictures, verb._heatmaps, verb._finding,
            verb._boxes,
            verb._device, verb._batchSize, verb._json,
        };
        command.SetAction(parsed => verb.Run(parsed, output, error, stop));
        return command;
    }

    private int Run(ParseResult parsed, TextWriter output, TextWriter error, CancellationToken stop)
    {
        bool json = parsed.GetValue(_json);
        PredictionJobResult result = PredictionJob.Run(
            new()
            {
                RunFolder = parsed.GetValue(_run),
                OnnxPath = parsed.GetValue(_onnx),
                Loss = parsed.GetValue(_loss),
                Images = parsed.GetRequiredValue(_images),
                Device = parsed.GetRequiredValue(_device),
                BatchSize = parsed.GetValue(_batchSize),
                CsvPath = parsed.GetValue(_csv),
                PictureFolder = parsed.GetValue(_pictures),
                HeatmapFolder = parsed.GetValue(_heatmaps),
                BoxPath = parsed.GetValue(_boxes),
                Finding = parsed.GetValue(_finding),
            },
            new Terminal(output, error, json), stop);
        if (json)
            output.WriteLine(result.ToJson());
        else
            Write(output, result);
        return Program.Done;
    }

    private static void Write(TextWriter output, PredictionJobResult result)
    {
        foreach (ImagePrediction image in result.Images)
        {
            IEnumerable<string> highest = result.Card.Labels.Zip(image.Probabilities).OrderByDescending(pair => pair.Second)
                .Take(3)
                .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.First} {pair.Second:0.000}"));
            output.WriteLine($"{image.Path}: {string.Join(", ", highest)}; above their thresholds: {(image.Positives.Count == 0 ? "none" : string.Join(", ", image.Positives))}");
        }

        if (result.Agreement is { } agreement)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Boxes: {agreement.Hits} of {agreement.Boxes} hold the heat map's highest place (by chance {agreement.Chance:0.0 %}); mean overlap {agreement.MeanOverlap:0.000}."));
        }

        string thresholds = result.Card.AreThresholdsChosen ? "chosen on the validation set" : "0.5";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Images.Count} images at {result.ImagesPerSecond:0.0} images/s, {result.Unreadable.Count} unreadable; thresholds: {thresholds}. Not for medical use."));
    }
}
