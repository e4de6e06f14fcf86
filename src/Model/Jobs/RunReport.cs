using System.Runtime.InteropServices;
using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>Turns a job's result into the page and the pictures of its run folder.</summary>
internal static class RunReport
{
    private const double MiB = 1 << 20;

    public static void Write(RunFolder folder, TrainingJobResult result)
    {
        ReportData data = Data(folder, result);
        HtmlReport.Write(folder.ReportPath, data);
        ReportPictures.Write(Path.Combine(folder.FullPath, "pictures"), data);
    }

    private static ReportData Data(RunFolder folder, TrainingJobResult result) => new()
    {
        Title = $"ChestXray run {Path.GetFileName(folder.FullPath)}",
        IsPhantom = result.IsPhantom,
        Made = DateTimeOffset.Now,
        DataSource = $"{result.Index.Images.Count:N0} images of {Path.GetFileName(result.Index.Folder)}, labels from {Path.GetFileName(result.Index.Labels.SourcePath)}" +
            (result.Options.ShuffleLabels ? "; labels shuffled, as a control" : ""),
        Split = result.Options.Split.Official
            ? "NIH's official list is the test set; validation was drawn from the other patients."
            : $"Patients were drawn at random as the guide draws them (seed {result.Options.Split.Seed}). " +
                "Figures of random splits must not be compared with those of the official split.",
        Sets = [.. Enum.GetValues<SplitSet>().Select(set => Summary(result.Data, set))],
        Models = [.. result.Models.Select(model => new TrainedModel(
            model.Loss.ToString().ToLowerInvariant(), model.Training.History, model.Training.WeightsEpoch, model.Predictions, model.Evaluation))],
        TrainingPrevalence = [.. result.Data.Positives(SplitSet.Train).Select(count => count / (double)result.Data.Sets[SplitSet.Train].Count)],
        Notes = [.. Notes(result)],
        Options = [.. Options(result)],
        Machine =
        [
            new("processor", Model.Machine.Processor), new("processors", Environment.ProcessorCount.ToString()),
            new("system", RuntimeInformation.OSDescription), new("runtime", RuntimeInformation.FrameworkDescription),
            new("device", result.Options.Training.Device),
        ],
        Figures = [.. Figures(result)],
    };

    private static SetSummary Summary(TrainingData data, SplitSet set) => new(
        set.ToString().ToLowerInvariant(), data.Sets[set].Select(image => image.Label.PatientId).Distinct().Count(), data.Sets[set].Count,
        data.Sets[set].Count(image => image.Label.FindingBits == 0), data.Positives(set));

    private static IEnumerable<string> Notes(TrainingJobResult result)
    {
        foreach (IGrouping<string, NamedProblem> kind in JobTexts.LeftOut(result.Index, result.Preparation).GroupBy(problem => problem.Kind))
            yield return $"{kind.Count():N0} left out ({kind.Key}), first {kind.First().Name}; all are named in left-out.tsv beside this page.";
        foreach (string gap in result.Data.Gaps())
            yield return gap;
        if (result.Cancelled)
            yield return "The run was ended before all was trained.";
    }

    private static IEnumerable<NamedValue> Options(TrainingJobResult result)
    {
        TrainingOptions training = result.Options.Training;
        yield return new("recipe", result.Options.Recipe.ToString().ToLowerInvariant());
        yield return new("image size", $"{result.Options.Layout.Size} x {result.Options.Layout.Size} pixels");
        yield return new("epochs", $"{training.Epochs} at most");
        yield return new("patience", training.Patience == 0 ? "none: all epochs, last weights" : $"{training.Patience} epochs");
        yield return new("batch size", $"{training.BatchSize} images");
        yield return new("learning rate", $"{training.LearningRate} x {training.Decay}^epoch");
        yield return new("seed", training.Seed.ToString());
    }

    private static IEnumerable<NamedValue> Figures(TrainingJobResult result)
    {
        yield return new("samples an epoch", $"{result.SamplesPerEpoch:N0}");
        yield return new("mean and deviation", $"{result.Data.Statistics.Mean:0.0000} and {result.Data.Statistics.StandardDeviation:0.0000} grey levels");
        yield return new(
            "decoded in this run", result.Preparation.Decoded == 0 ? "nothing: all records were there" :
            $"{result.Preparation.Decoded:N0} images at {result.Preparation.ImagesPerSecond:N0} images/s");
        foreach (LossOutcome model in result.Models)
        {
            yield return new(
                $"training, {model.Loss.ToString().ToLowerInvariant()}",
                $"{model.Training.History.Average(epoch => epoch.TrainImagesPerSecond):N0} images/s, {model.Seconds:N0} s with validation");
        }

        foreach ((string name, double seconds) in result.Stages)
            yield return new($"stage: {name}", $"{seconds:0.0} s");
        yield return new("peak memory", $"{result.PeakOwnedBytes / MiB:N0} MiB, and {result.PeakMappedBytes / MiB:N0} MiB of the mapped store");
    }
}
