using System.Runtime;
using ChestXray.Model.Feeding;
using ChestXray.Model.Jobs;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>
/// The main job: from a folder of radiographs to two trained networks and a report. One at a time in a process.
/// </summary>
public static class TrainingJob
{
    /// <summary>Runs it.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="observer">Hears of every stage.</param>
    /// <param name="cancellation">Ends after the step at hand; the best weights so far are kept.</param>
    /// <exception cref="DataSetException">The data can't be used.</exception>
    /// <exception cref="JobException">
    /// The run's folder is in use, a report can't be made, or the process owned more memory than it was allowed.
    /// </exception>
    /// <exception cref="ArgumentException">A training option out of range, or a device that is not there.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before training began.</exception>
    public static TrainingJobResult Run(
        TrainingJobOptions options, IJobObserver observer, CancellationToken cancellation = default)
    {
        Check(options);
        return RunUnchecked(options, observer, cancellation);
    }

    /// <summary>The same without the checks of <see cref="Check"/>.</summary>
    internal static TrainingJobResult RunUnchecked(
        TrainingJobOptions options, IJobObserver observer, CancellationToken cancellation)
    {
        using RamBudget budget = new(options, cancellation);
        try
        {
            TrainingJobResult result = RunStages(options, observer, budget.Memory, budget.Token);
            if (!budget.IsExceeded)
                return result;
            if (result.Cancelled)
                throw budget.Refusal();
            observer.Warn(budget.Excess());
            return result;
        }
        catch (OperationCanceledException) when (budget.IsExceeded)
        {
            throw budget.Refusal();
        }
    }

    private static TrainingJobResult RunStages(
        TrainingJobOptions options, IJobObserver observer, MemoryWatch memory, CancellationToken cancellation)
    {
        StageTimes times = new();
        DataSetIndex index = times.Measure(
            "index", () => DataSetIndex.Read(options.DataFolder, options.LabelPath, options.Strict, options.CacheFolder));
        if (options.ExcludePath is { } exclude)
            index = index.Except(ExclusionList.Read(exclude));
        bool isPhantom = JobTexts.IsPhantom(index);
        JobTexts.Open(observer, index, isPhantom);
        PatientSplit split = times.Measure("split", () => PatientSplit.Make(index.Labels, options.Split));
        RunFolder folder = RunFolder.Open(options.RunFolder, options.Training.Resume);
        ReleaseIndexing();
        JobPlan.Of(options, index, split).Show(observer);

        PrepareResult preparation = times.Measure(
            "decode", () => DecodeStage.Run(index, options.CacheFolder, options.Layout, options.Prepare, observer, cancellation));
        index = preparation.Index;
        JobTexts.Prepared(observer, preparation);
        using RecordStore store = RecordStore.Open(preparation.Folder, options.Layout);
        TrainingData data = times.Measure(
            "statistics", () => TrainingData.Make(index, split, store, options.ShuffleLabels, options.Training.Seed));
        StoreBuilder.NoteSplit(store, data.Describe(options.Split.Name));
        folder.WriteLeftOut(JobTexts.LeftOut(index, preparation));
        JobTexts.Data(observer, data, options);
        ReleaseIndexing();
        SampleTable stream = SampleTable.Of(options.Recipe, data.Sets[SplitSet.Train]);
        TrainingJobResult result = new(
            options, isPhantom, index, preparation, data, stream.Count, [], times.Stages, memory.PeakOwnedBytes,
            memory.PeakMappedBytes, false);
        foreach (LossKind loss in options.Losses)
        {
            LossOutcome? model = TrainOne(options, isPhantom, loss, store, data, stream, folder, observer, times, cancellation);
            result = result with
            {
                Models = model is null ? result.Models : [.. result.Models, model],
                PeakOwnedBytes = memory.PeakOwnedBytes,
                PeakMappedBytes = memory.PeakMappedBytes,
                Cancelled = model is null,
            };
            RunRecord.Write(folder, result);
            if (result.Models.Count > 0)
                RunReport.Write(folder, result, store);
            if (result.Cancelled)
                break;
        }

        JobTexts.Close(observer, folder, result);
        return result;
    }

    /// <summary>Refuses options and devices that can't be, before any work is done for them.</summary>
    /// <param name="options">The folders are not looked at.</param>
    /// <exception cref="ArgumentException">A training option out of range, or a device that is not there.</exception>
    /// <exception cref="DataSetException">An image size out of range.</exception>
    /// <exception cref="JobException">A memory budget that can't be met.</exception>
    public static void Check(TrainingJobOptions options)
    {
        options.Validate();
        TorchRuntime.RequireDevice(options.Training.Device);
        RamBudget.Check(options);
    }

    /// <summary>What indexing and decoding left behind goes back to the system before the tensor library grows.</summary>
    private static void ReleaseIndexing()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>Trains and measures one loss; null where it was cancelled.</summary>
    private static LossOutcome? TrainOne(
        TrainingJobOptions options, bool isPhantom, LossKind loss, RecordStore store, TrainingData data, SampleTable stream,
        RunFolder folder,
        IJobObserver observer, StageTimes times, CancellationToken cancellation)
    {
        string name = loss.ToString().ToLowerInvariant();
        PixelStatistics input = options.Training.Network.InputStatistics(data.Statistics);
        using StoreBatchSource train = new(store, stream, input, options.Training.Seed) { IsExact = options.ExactAugmentation };
        using StoreBatchSource validation = new(store, SampleTable.Plain(data.Sets[SplitSet.Validation]), input, null);
        using StoreBatchSource test = new(store, SampleTable.Plain(data.Sets[SplitSet.Test]), input, null);
        using EpochStages stages = new(observer, name, train.Count, validation.Count);
        TrainingOptions training = options.Training with
        {
            Loss = loss,
            Weights = options.Recipe.HasFlag(Recipe.StreamWeights) ? stream.Weights() : data.Weights,
            Identity = JobIdentity.Of(options, data),
            Resume = options.Training.Resume && Directory.Exists(folder.LossFolder(loss)),
        };
        TrainingResult result = times.Measure(
            $"train {name}", () => Train(train, validation, training, folder.LossFolder(loss), stages, data, cancellation));
        stages.Dispose();
        JobTexts.Trained(observer, name, result, training);
        if (result.Cancelled)
            return null;
        Predictions chosenOn, measured;
        try
        {
            chosenOn = Label(times.Measure(
                $"validation {name}", () =>
                    Predict(result.WeightsPath, validation, training, $"{name}, validation set", observer, cancellation)),
                data.Sets[SplitSet.Validation]);
            measured = Label(times.Measure(
                $"test {name}", () => Predict(result.WeightsPath, test, training, $"{name}, test set", observer, cancellation)),
                data.Sets[SplitSet.Test]);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        double testSeconds = times.Stages[^1].Seconds;
        folder.WritePredictions(loss, chosenOn, measured);
        double[]? prevalence = RunEvaluation.Prevalence(training.Weights);
        EvaluationOptions evaluation = RunEvaluation.Options(options.Recipe, chosenOn, prevalence);
        ModelCard.Of(options, isPhantom, data, loss, result, ChosenThresholds.HighestF1(chosenOn)).Write(folder.LossFolder(loss));
        return new(
            loss, result, testSeconds, chosenOn, measured, prevalence,
            times.Measure($"measure {name}", () => Evaluator.Evaluate(measured, evaluation)));
    }

    private static TrainingResult Train(
        StoreBatchSource train, StoreBatchSource validation, TrainingOptions options, string folder, EpochStages stages,
        TrainingData data,
        CancellationToken cancellation)
    {
        try
        {
            return Trainer.Run(train, validation, options, folder, stages, cancellation);
        }
        catch (NonFiniteLossException error)
        {
            Dictionary<int, string> names =
                data.Sets[SplitSet.Train].ToDictionary(image => image.Record.Number, image => image.Label.FileName);
            string batch = string.Join(", ", train.Records(error.Epoch, error.First, error.Count)
                .Select(record => $"{names[record]} (record {record})"));
            throw new JobException($"{error.Message} The batch held {batch}.", error);
        }
    }

    private static float[] Predict(
        string weights, StoreBatchSource test, TrainingOptions training, string title, IJobObserver observer,
        CancellationToken cancellation)
    {
        TorchRuntime.ReleaseFreedMemory();
        using Predictor predictor =
            new(weights, training.Device, training.Threads, training.BatchSize, training.Convolutions, training.Network);
        using IJobStage stage = observer.Begin(title, test.Count, "images");
        return predictor.Predict(test, new StageReport(stage), cancellation);
    }

    private static Predictions Label(float[] probabilities, IReadOnlyList<SetImage> images)
    {
        byte[] labels = new byte[probabilities.Length];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = (byte)(images[i / Findings.Count].Label.FindingBits >> i % Findings.Count & 1);
        return Predictions.From<float, byte>(
            Findings.Names, probabilities, labels,
            [.. images.Select(image => new ImageFacts(
                image.Label.FileName, image.Label.PatientId, image.Label.Age, image.Label.Sex, image.Label.View))]);
    }

    internal sealed class StageReport(IJobStage stage) : IProgress<int>
    {
        public void Report(int value) => stage.Report(value);
    }
}
