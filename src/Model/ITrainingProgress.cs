namespace ChestXray.Model;

/// <summary>Hears how a training run goes. Called on the training thread, so it should return at once.</summary>
public interface ITrainingProgress
{
    /// <summary>A step (or a batch of validation) is done.</summary>
    void OnStep(in StepReport step);

    /// <summary>An epoch is done, validation included.</summary>
    void OnEpoch(EpochMetrics epoch);
}
