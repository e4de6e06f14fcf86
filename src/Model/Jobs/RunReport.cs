using System.Text.Json.Nodes;

namespace ChestXray.Model.Jobs;

/// <summary>Turns a job's result into the page and the pictures of its run folder.</summary>
internal static class RunReport
{
    public static void Write(RunFolder folder, TrainingJobResult result)
    {
        TrainedModel[] models = [.. result.Models.Select(model => new TrainedModel(
            model.Loss.ToString().ToLowerInvariant(), model.Training.History, model.Training.WeightsEpoch, model.Predictions, model.Evaluation))];
        ReportData data = RunDescription.Of(Path.GetFileName(folder.FullPath), JsonNode.Parse(result.ToJson())!, models);
        HtmlReport.Write(folder.ReportPath, data);
        ReportPictures.Write(Path.Combine(folder.FullPath, "pictures"), data);
    }
}
