namespace ChestXray.Model.Training;

/// <summary>
/// Keras' EarlyStopping on the validation loss with restore_best_weights: strict improvement, ties and NaN are none.
/// </summary>
/// <remarks>The first epoch counts as best until one improves, also where its loss is NaN: so Keras does.</remarks>
public sealed class EarlyStopping
{
    private readonly int _patience;

    /// <param name="patience">Epochs without improvement after which to stop, from 1; 0: never stop.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative patience.</exception>
    public EarlyStopping(int patience)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        _patience = patience;
    }

    /// <summary>The lowest loss so far; infinite before the first number.</summary>
    public double BestLoss { get; internal set; } = double.PositiveInfinity;

    /// <summary>The epoch whose weights are the best so far; -1 before the first.</summary>
    public int BestEpoch { get; internal set; } = -1;

    /// <summary>Epochs since the last improvement.</summary>
    public int Waited { get; internal set; }

    /// <summary>Takes the loss of the epoch that has just ended, and says what is to be done.</summary>
    /// <returns>KeepWeights: this epoch is the best so far. Stop: the patience is used up.</returns>
    public (bool KeepWeights, bool Stop) Observe(int epoch, double loss)
    {
        bool first = BestEpoch < 0;
        Waited++;
        if (loss < BestLoss)
        {
            BestLoss = loss;
            BestEpoch = epoch;
            Waited = 0;
            return (true, false);
        }

        if (first)
            BestEpoch = epoch;
        return (first, _patience > 0 && Waited >= _patience && epoch > 0);
    }
}
