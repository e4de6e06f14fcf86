using System.Text.Json.Nodes;
using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>Turns a job's result into the page and the pictures of its run folder, whose document is written already.</summary>
internal static class RunReport
{
    public static void Write(RunFolder folder, TrainingJobResult result, RecordStore store)
    {
        TrainedModel[] models = [.. result.Models.Select(model => new TrainedModel(
            model.Loss.ToString().ToLowerInvariant(), model.Training.History, model.Training.WeightsEpoch, model.Predictions,
            model.Evaluation))];
        // The samples are the first model's: they stay as they are when the second comes.
        if (models.Length == 1)
            WriteSamples(folder, result, store);
        ReportData data = RunDescription.Of(
            folder.FullPath, JsonNode.Parse(File.ReadAllText(Path.Combine(folder.FullPath, RunFolder.RecordFile)))!, models);
        HtmlReport.Write(folder.ReportPath, data);
        ReportPictures.Write(Path.Combine(folder.FullPath, "pictures"), data);
    }

    private static void WriteSamples(RunFolder folder, TrainingJobResult result, RecordStore store)
    {
        LossOutcome first = result.Models[0];
        using Predictor model = Predictor.OfRun(
            folder.LossFolder(first.Loss), result.Options.Training.Device, result.Options.Training.Threads, batchSize: 1);
        RunSamples.Write(folder.FullPath, first.Predictions, store, model);
    }
}
