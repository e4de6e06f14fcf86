namespace ChestXray.Model;

/// <summary>A stage of a job in progress.</summary>
public interface IJobStage : IDisposable
{
    /// <summary>How far the stage is.</summary>
    /// <param name="done">Units done, up to the stage's total.</param>
    /// <param name="note">A few words beside the bar, as the loss so far; null for none.</param>
    void Report(int done, string? note = null);
}
