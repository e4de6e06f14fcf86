using System.Text.Json.Nodes;
using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>Turns a job's result into the page and the pictures of its run folder, whose document is written already.</summary>
internal static class RunReport
{
    public static void Write(RunFolder folder, TrainingJobResult result, RecordStore store)
    {
        TrainedModel[] models = [.. result.Models.Select(model => new TrainedModel(
            model.Loss.ToString().ToLowerInvariant(), model.Training.History, model.Training.WeightsEpoch, model.Predictions, model.Evaluation))];
        using (Predictor model = Predictor.OfRun(folder.LossFolder(result.Models[0].Loss), result.Options.Training.Device, result.Options.Training.Threads, batchSize: 1))
            RunSamples.Write(folder.FullPath, models[0].Test, store, model);
        ReportData data = RunDescription.Of(
            folder.FullPath, JsonNode.Parse(File.ReadAllText(Path.Combine(folder.FullPath, RunFolder.RecordFile)))!, models);
        HtmlReport.Write(folder.ReportPath, data);
        ReportPictures.Write(Path.Combine(folder.FullPath, "pictures"), data);
    }
}
