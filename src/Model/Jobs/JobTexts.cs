using ChestXray.Model.Networks;
using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>What a job says between its stages.</summary>
internal static class JobTexts
{
    public const string PhantomBanner =
        "PHANTOM DATA: made images with made signs, for trying the program. The results say nothing about radiographs.";

    public const string PhantomModelBanner =
        "PHANTOM MODEL: trained on made images with made signs. What it says of radiographs means nothing.";

    private const int NamedProblems = 10;

    /// <summary>Whether any of the images was made by this program, wherever below the data folder its set lies.</summary>
    public static bool IsPhantom(DataSetIndex index) =>
        index.Images.Select(image => Path.GetDirectoryName(image.Path)!).Append(Path.GetDirectoryName(index.Labels.SourcePath)!)
            .Append(index.Folder)
            .Distinct().Any(PhantomSet.IsPhantom);

    public static void Open(IJobObserver observer, DataSetIndex index, bool isPhantom)
    {
        if (isPhantom)
            observer.Warn(PhantomBanner);
        observer.Say($"{index.Folder}: {index.Images.Count:N0} images with a row in {Path.GetFileName(index.Labels.SourcePath)} ({index.Labels.Rows.Count:N0} rows).");
        foreach (IGrouping<string, NamedProblem> kind in index.Problems.GroupBy(problem => problem.Kind))
        {
            observer.Warn($"{kind.Count():N0} left out ({kind.Key}), training goes on with what matches. First:");
            foreach (NamedProblem problem in kind.Take(NamedProblems))
                observer.Say($"    {problem.Detail}");
        }
    }

    public static void Prepared(IJobObserver observer, PrepareResult result)
    {
        if (result.Mended.Count > 0)
            observer.Warn($"{result.Mended.Count:N0} faults of the store were found and mended. First:");
        foreach (NamedProblem mended in result.Mended.Take(NamedProblems))
            observer.Say($"    {mended.Detail}");
        observer.Say(result.Decoded == 0
            ? $"Store: all {result.Reused:N0} records are there; nothing was decoded."
            : $"Store: {result.Decoded:N0} images decoded at {result.ImagesPerSecond:N0} images/s ({result.SourceBytes / result.Elapsed.TotalSeconds / 1e6:0} MB/s), {result.Reused:N0} were there.");
        if (result.Quarantine.Count == 0)
            return;
        observer.Warn($"{result.Quarantine.Count:N0} images could not be decoded and are left out. First:");
        foreach (QuarantinedImage image in result.Quarantine.Take(NamedProblems))
            observer.Say($"    {Path.GetFileName(image.Path)}: {image.Reason}: {image.Detail}");
    }

    public static IEnumerable<NamedProblem> LeftOut(DataSetIndex index, PrepareResult preparation) =>
        index.Problems.Concat(
            preparation.Quarantine.Select(image => new NamedProblem(image.Reason, Path.GetFileName(image.Path), image.Detail)));

    public static void Data(IJobObserver observer, TrainingData data, TrainingJobOptions options)
    {
        if (options.ShuffleLabels)
            observer.Warn("Labels are shuffled: a control run, in which nothing can be learned and every AUC should come out near 0.5.");
        observer.Say("No patient is in two sets: " + string.Join(", ", data.Sets.Select(
            pair => $"{pair.Value.Select(image => image.Label.PatientId).Distinct().Count():N0} patients in {pair.Key.ToString().ToLowerInvariant()}")) + ".");
        observer.Say($"The mean pixel value is {data.Statistics.Mean:0.0000} and the standard deviation is {data.Statistics.StandardDeviation:0.0000}");
        foreach (string gap in data.Gaps())
            observer.Warn(gap);
        observer.Say("");
        observer.Say(NetworkCatalogue.Summarise(options.Training.Network, options.Layout.Size).TrimEnd());
        observer.Say("");
    }

    public static void Trained(IJobObserver observer, string name, TrainingResult result, TrainingOptions options)
    {
        if (result.Cancelled)
            observer.Warn($"{name}: stopped; the best weights so far are in {result.WeightsPath}. Go on with --resume and the same --out.");
        else if (options.Patience > 0)
            observer.Say($"{name}: {(result.StoppedEarly ? "stopped early; " : "")}the weights of epoch {result.WeightsEpoch + 1}, the lowest validation loss, are kept.");
        else
            observer.Say($"{name}: the weights of the last epoch are kept (no early stopping).");
    }

    public static void Close(IJobObserver observer, RunFolder folder, TrainingJobResult result)
    {
        foreach (LossOutcome model in result.Models)
        {
            EvaluationResult evaluation = model.Evaluation;
            observer.Say(
                $"{model.Loss}: mean test AUC {evaluation.MeanRocAuc:0.0000} over {evaluation.MeanRocAucFindings} findings; detected at 0.5: " +
                $"{evaluation.DetectedPositivePercentAtHalf:0.0} % of the positives, {evaluation.DetectedNegativePercentAtHalf:0.0} % of the negatives.");
        }

        observer.Say("Time: " + string.Join(", ", result.Stages.Select(stage => $"{stage.Name} {stage.Seconds:0.0} s")) + ".");
        observer.Say($"Peak memory: {result.PeakOwnedBytes / 1048576.0:0} MiB, and {result.PeakMappedBytes / 1048576.0:0} MiB of the mapped store's pages.");
        if (result.Models.Count > 0)
            observer.Say($"Report: {folder.ReportPath}");
        if (result.IsPhantom)
            observer.Warn(PhantomBanner);
        observer.Say("Not for medical use.");
    }
}
