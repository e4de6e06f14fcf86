namespace ChestXray.Model.Training;

/// <summary>The guide's learning rate: set at the start of each epoch, exponential in its 0-based number.</summary>
/// <param name="Initial">The rate of epoch 0.</param>
/// <param name="Decay">The factor from one epoch to the next.</param>
public readonly record struct LearningRateSchedule(double Initial = 1e-3, double Decay = 0.95)
{
    /// <summary>The rate of an epoch.</summary>
    public double At(int epoch) => Initial * Math.Pow(Decay, epoch);
}
