namespace ChestXray.Model.Training;

/// <summary>
/// Keras' ModelCheckpoint with save_best_only: a file is due when the validation loss is strictly below all before it.
/// </summary>
public sealed class CheckpointRule
{
    /// <summary>The lowest loss so far; infinite before the first number.</summary>
    public double BestLoss { get; internal set; } = double.PositiveInfinity;

    /// <summary>Whether this epoch's weights are to be written; never where the loss is NaN.</summary>
    public bool IsDue(double loss)
    {
        if (!(loss < BestLoss))
            return false;
        BestLoss = loss;
        return true;
    }
}
