using System.Diagnostics;
using ChestXray.Model.Feeding;
using ChestXray.Model.Jobs;
using ChestXray.Model.Pictures;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>Probabilities for image files, from a run or an ONNX file. One at a time in a process.</summary>
public static class PredictionJob
{
    /// <summary>
    /// Runs it: threads decode batches ahead of the network. A broken image is named and does not end the work.
    /// </summary>
    /// <param name="options">What to do.</param>
    /// <param name="observer">Hears how far it is.</param>
    /// <param name="cancellation">Ends after the batch at hand.</param>
    /// <exception cref="ArgumentException">Options that do not go together.</exception>
    /// <exception cref="JobException">
    /// A name that stands for no image, a run without models, or no image could be read.
    /// </exception>
    /// <exception cref="InvalidDataException">A model that can't be used.</exception>
    public static PredictionJobResult Run(
        PredictionJobOptions options, IJobObserver observer, CancellationToken cancellation = default)
    {
        options.Validate();
        IReadOnlyList<string> paths = ImageList.Find(options.Images);
        using IImageModel model = Open(options);
        if (model.Card.PhantomData)
            observer.Warn(JobTexts.PhantomModelBanner);
        using ImageFileSource source = new(paths, model.Card);
        int threads = options.DecodeThreads == 0 ? Environment.ProcessorCount : options.DecodeThreads;
        Stopwatch watch = Stopwatch.StartNew();
        float[] probabilities;
        using (IJobStage stage = observer.Begin("predict", paths.Count, "images"))
            probabilities = PredictionPass.Run(model, source, threads, new TrainingJob.StageReport(stage), cancellation);
        PredictionJobResult result = Collect(model.Card, paths, source, probabilities, watch.Elapsed.TotalSeconds);
        foreach (NamedProblem problem in result.Unreadable)
            observer.Warn($"{problem.Name}: {problem.Kind}: {problem.Detail}");
        if (result.Images.Count == 0)
            throw new JobException($"None of the {paths.Count} images can be read; the first: {result.Unreadable[0].Detail}");
        if (options.CsvPath is { } csv)
            result.WriteCsv(csv);
        PredictionPictures.Write(options, model, result, observer, cancellation);
        if (options.BoxPath is not { } boxes)
            return result;
        return result with
        {
            Agreement = BoxAgreement.Of(((Predictor)model).Network, model.Card, [.. result.Images.Select(image => image.Path)],
                PublishedBoxes.Read(boxes), cancellation),
        };
    }

    /// <summary>The folder of one of a run's models.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="loss">`weighted` or `plain`; null takes the weighted one where there is one.</param>
    /// <exception cref="JobException">No such folder, or no such model in it.</exception>
    public static string ModelFolder(string run, string? loss)
    {
        string[] wanted = loss is null ? ["weighted", "plain"] : [loss];
        string? found = wanted.Select(name => Path.Combine(run, name))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, Trainer.WeightsFile)));
        if (found is null)
            throw new JobException($"{run} holds no {(loss is null ? "" : loss + " ")}model that was trained to its end ({wanted[0]}/{Trainer.WeightsFile}). Name the folder that train --out made.");
        if (!File.Exists(Path.Combine(found, ModelCard.FileName)))
            throw new JobException($"{found} has weights but no {ModelCard.FileName}: the run was stopped before its test, or made by an older build. Go on with it by train --resume.");
        return found;
    }

    private static IImageModel Open(PredictionJobOptions options) => options.OnnxPath is { } path
        ? new OnnxModel(path, 0, options.BatchSize)
        : Predictor.OfRun(ModelFolder(options.RunFolder!, options.Loss), options.Device, 0, options.BatchSize);

    private static PredictionJobResult Collect(
        ModelCard card, IReadOnlyList<string> paths, ImageFileSource source, float[] probabilities, double seconds)
    {
        List<ImagePrediction> images = [];
        List<NamedProblem> unreadable = [];
        for (int i = 0; i < paths.Count; i++)
        {
            if (source.Broken.TryGetValue(i, out ImageFormatException? error))
            {
                unreadable.Add(new(error.Reason, paths[i], error.Message));
                continue;
            }

            float[] row = probabilities.AsSpan(i * Findings.Count, Findings.Count).ToArray();
            images.Add(new(paths[i], row, [.. Findings.Names.Where((_, finding) => row[finding] > card.Thresholds[finding])]));
        }

        return new(card, images, unreadable, seconds);
    }
}
