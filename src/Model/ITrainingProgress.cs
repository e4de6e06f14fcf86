namespace ChestXray.Model;

/// <summary>Hears how a training run goes. Called on the training thread, so it should return at once.</summary>
public interface ITrainingProgress
{
    /// <summary>A step (or a batch of validation) is done.</summary>
    void OnStep(in StepReport step);

    /// <summary>An epoch is done, validation included.</summary>
    void OnEpoch(EpochMetrics epoch);

    /// <summary>Something worth a line: where a resumed run goes on, or a damaged checkpoint that was passed over.</summary>
    void OnNote(string text);
}
