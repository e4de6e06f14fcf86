namespace ChestXray.Model.Training;

/// <summary>
/// Batches through a network, one after the other. Their results come in the same order: on the CPU at once, on a device some
/// batches later, so that nobody waits for it. Used from one thread.
/// </summary>
internal interface IStepQueue : IDisposable
{
    /// <summary>A training step on the batch that was taken. Call <see cref="TryTake"/> after each.</summary>
    /// <param name="pass">Holds the batch, which may be released afterwards.</param>
    /// <param name="first">Position of its first sample.</param>
    /// <param name="count">Its samples.</param>
    /// <param name="rate">Learning rate.</param>
    void Train(IBatchPass pass, int first, int count, double rate);

    /// <summary>The loss alone, dropout off. Call <see cref="TryTake"/> after each.</summary>
    /// <param name="pass">Holds the batch, which may be released afterwards.</param>
    /// <param name="first">Position of its first sample.</param>
    /// <param name="count">Its samples.</param>
    void Infer(IBatchPass pass, int first, int count);

    /// <summary>The oldest result that was not taken yet.</summary>
    /// <param name="waits">Whether to wait for it; otherwise that is done only where no place is left for the next.</param>
    /// <param name="outcome">The result. Take it before the batch's release.</param>
    /// <returns>False where there is none, or none yet.</returns>
    bool TryTake(bool waits, out StepOutcome outcome);
}
