namespace ChestXray.Model.Jobs;

/// <summary>Shows a training run to a job's observer: a stage for each epoch, a line at its end.</summary>
internal sealed class EpochStages(IJobObserver observer, string name, int trainCount, int validationCount) : ITrainingProgress,
IDisposable
{
    private IJobStage? _stage;

    public void OnStep(in StepReport step)
    {
        _stage ??= observer.Begin($"{name}, epoch {step.Epoch + 1} of {step.Epochs}", trainCount + validationCount, "images");
        int done = step.IsValidation ? trainCount + step.Samples : step.Samples;
        _stage.Report(done, $"{(step.IsValidation ? "validation loss" : "loss")} {step.Loss:0.0000}");
    }

    public void OnEpoch(EpochMetrics epoch)
    {
        Dispose();
        SetMetrics train = epoch.Train, validation = epoch.Validation;
        observer.Say(
            $"  loss {train.Loss:0.0000}, AUC {train.Auc:0.0000}, recall {train.Recall:0.000}, precision {train.Precision:0.000}; " +
            $"validation: loss {validation.Loss:0.0000}, AUC {validation.Auc:0.0000}, recall {validation.Recall:0.000}, " +
            $"precision {validation.Precision:0.000}; {epoch.TrainImagesPerSecond:0} images/s");
    }

    public void OnNote(string text) => observer.Say("  " + text);

    public void Dispose()
    {
        _stage?.Dispose();
        _stage = null;
    }
}
