using ChestXray.Model.Feeding;
using ChestXray.Model.Jobs;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>The main job: from a folder of radiographs to two trained networks and a report. One at a time in a process.</summary>
public static class TrainingJob
{
    /// <summary>Runs it.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="observer">Hears of every stage.</param>
    /// <param name="cancellation">Ends after the step at hand; the best weights so far are kept.</param>
    /// <exception cref="DataSetException">The data can't be used.</exception>
    /// <exception cref="JobException">The run's folder is in use, or a report can't be made.</exception>
    /// <exception cref="ArgumentException">A training option out of range, or a device that is not there.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before training began.</exception>
    public static TrainingJobResult Run(TrainingJobOptions options, IJobObserver observer, CancellationToken cancellation = default)
    {
        TorchRuntime.RequireDevice(options.Training.Device);
        StageTimes times = new();
        DataSetIndex index = times.Measure("index", () => DataSetIndex.Read(options.DataFolder, options.LabelPath, options.Strict));
        bool isPhantom = PhantomSet.IsPhantom(options.DataFolder);
        JobTexts.Open(observer, index, isPhantom);
        PatientSplit split = times.Measure("split", () => PatientSplit.Make(index.Labels, options.Split));
        RunFolder folder = RunFolder.Open(options.RunFolder, options.Training.Resume);
        using MemoryWatch memory = new();
        JobPlan.Of(options, index, split).Show(observer);

        PrepareResult preparation = times.Measure(
            "decode", () => DecodeStage.Run(index, options.CacheFolder, options.Layout, options.Prepare, observer, cancellation));
        JobTexts.Prepared(observer, preparation);
        folder.WriteLeftOut(JobTexts.LeftOut(index, preparation));

        using RecordStore store = RecordStore.Open(preparation.Folder, options.Layout);
        TrainingData data = times.Measure(
            "statistics", () => TrainingData.Make(index, split, store, options.ShuffleLabels, options.Training.Seed));
        JobTexts.Data(observer, data, options);
        SampleTable stream = SampleTable.Guide(data.Sets[SplitSet.Train]);
        List<LossOutcome> models = [];
        bool cancelled = false;
        foreach (LossKind loss in options.Losses)
        {
            if (TrainOne(options, loss, store, data, stream, folder, observer, times, cancellation) is { } model)
                models.Add(model);
            else
                cancelled = true;
            if (cancelled)
                break;
        }

        memory.Dispose();
        TrainingJobResult result = new(
            options, isPhantom, index, preparation, data, stream.Count, models, times.Stages, memory.PeakOwnedBytes, memory.PeakMappedBytes,
            cancelled);
        RunRecord.Write(folder, result);
        if (models.Count > 0)
            RunReport.Write(folder, result);
        JobTexts.Close(observer, folder, result);
        return result;
    }

    /// <summary>Trains and measures one loss; null where it was cancelled.</summary>
    private static LossOutcome? TrainOne(
        TrainingJobOptions options, LossKind loss, RecordStore store, TrainingData data, SampleTable stream, RunFolder folder,
        IJobObserver observer, StageTimes times, CancellationToken cancellation)
    {
        string name = loss.ToString().ToLowerInvariant();
        using StoreBatchSource train = new(store, stream, data.Statistics, options.Training.Seed);
        using StoreBatchSource validation = new(store, SampleTable.Plain(data.Sets[SplitSet.Validation]), data.Statistics, null);
        using StoreBatchSource test = new(store, SampleTable.Plain(data.Sets[SplitSet.Test]), data.Statistics, null);
        using EpochStages stages = new(observer, name, train.Count, validation.Count);
        TrainingOptions training = options.Training with
        {
            Loss = loss,
            Weights = data.Weights,
            Identity = JobIdentity.Of(options, data),
            Resume = options.Training.Resume && Directory.Exists(folder.LossFolder(loss)),
        };
        TrainingResult result = times.Measure($"train {name}", () => Train(train, validation, training, folder.LossFolder(loss), stages, data, cancellation));
        stages.Dispose();
        JobTexts.Trained(observer, name, result, training);
        if (result.Cancelled)
            return null;
        double seconds = times.Stages[^1].Seconds;
        float[] probabilities = times.Measure($"test {name}", () => Predict(result.WeightsPath, test, training, name, observer, cancellation));
        Predictions predictions = Label(probabilities, data.Sets[SplitSet.Test]);
        predictions.WriteCsv(Path.Combine(folder.LossFolder(loss), "test-predictions.csv"));
        return new(loss, result, seconds, times.Stages[^1].Seconds, predictions, Evaluator.Evaluate(predictions));
    }

    private static TrainingResult Train(
        StoreBatchSource train, StoreBatchSource validation, TrainingOptions options, string folder, EpochStages stages, TrainingData data,
        CancellationToken cancellation)
    {
        try
        {
            return Trainer.Run(train, validation, options, folder, stages, cancellation);
        }
        catch (NonFiniteLossException error)
        {
            Dictionary<int, string> names = data.Sets[SplitSet.Train].ToDictionary(image => image.Record.Number, image => image.Label.FileName);
            string batch = string.Join(", ", train.Records(error.Epoch, error.First, error.Count).Select(record => $"{names[record]} (record {record})"));
            throw new JobException($"{error.Message} The batch held {batch}.", error);
        }
    }

    private static float[] Predict(
        string weights, StoreBatchSource test, TrainingOptions training, string name, IJobObserver observer, CancellationToken cancellation)
    {
        using Predictor predictor = new(weights, training.Device, training.Threads, training.BatchSize);
        using IJobStage stage = observer.Begin($"{name}, test set", test.Count, "images");
        return predictor.Predict(test, new StageReport(stage), cancellation);
    }

    private static Predictions Label(float[] probabilities, IReadOnlyList<SetImage> images)
    {
        byte[] labels = new byte[probabilities.Length];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = (byte)(images[i / Findings.Count].Label.FindingBits >> i % Findings.Count & 1);
        return Predictions.From<float, byte>(
            Findings.Names, probabilities, labels,
            [.. images.Select(image => new ImageFacts(image.Label.FileName, image.Label.PatientId, image.Label.Age, image.Label.Sex, image.Label.View))]);
    }

    private sealed class StageReport(IJobStage stage) : IProgress<int>
    {
        public void Report(int value) => stage.Report(value);
    }
}
