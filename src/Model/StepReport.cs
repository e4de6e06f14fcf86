namespace ChestXray.Model;

/// <summary>Where a run stands after a step.</summary>
/// <param name="Epoch">0-based.</param>
/// <param name="Epochs">How many there are at most.</param>
/// <param name="IsValidation">Whether this was a batch of the validation set; its norms are 0.</param>
/// <param name="Samples">Samples of this set done in this epoch.</param>
/// <param name="Count">Samples of this set in an epoch.</param>
/// <param name="BatchLoss">This batch's loss.</param>
/// <param name="Loss">The mean loss of this epoch and set so far.</param>
/// <param name="LearningRate">The rate of this epoch.</param>
/// <param name="GradientNorm">Euclidean norm of all gradients.</param>
/// <param name="WeightNorm">Euclidean norm of all trainable values before the step.</param>
/// <param name="ImagesPerSecond">Over this set and epoch so far, since the start or the resumption.</param>
public readonly record struct StepReport(
    int Epoch, int Epochs, bool IsValidation, int Samples, int Count, double BatchLoss, double Loss, double LearningRate,
    double GradientNorm, double WeightNorm, double ImagesPerSecond)
{
    /// <summary>
    /// Time until this set's part of the epoch is through, at the present rate; zero while the rate is unknown.
    /// </summary>
    public TimeSpan EpochTimeLeft =>
        ImagesPerSecond > 0 ? TimeSpan.FromSeconds((Count - Samples) / ImagesPerSecond) : TimeSpan.Zero;
}
