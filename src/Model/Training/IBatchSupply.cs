using ChestXray.Model.Feeding;

namespace ChestXray.Model.Training;

/// <summary>Where a run's batches come from: memory made once, and passes over it, one at a time.</summary>
internal interface IBatchSupply : IDisposable
{
    /// <summary>Begins a pass; the one before it must be disposed.</summary>
    /// <param name="source">One of those that the supply was made for.</param>
    /// <param name="epoch">The source's epoch.</param>
    /// <param name="first">Position of the first sample.</param>
    /// <param name="step">Training steps done before its first batch; they draw the dropout masks that may come along.</param>
    IBatchPass Begin(IBatchSource source, int epoch, int first, long step = 0);

    /// <summary>What takes the passes' batches through a worker's network. The caller's to dispose, before this.</summary>
    /// <param name="worker">The caller's; outlives it.</param>
    IStepQueue Steps(BatchWorker worker);

    /// <summary>Goes on with less of the device's memory.</summary>
    /// <param name="note">Hears what was given up.</param>
    /// <returns>False where nothing is left to give up.</returns>
    bool TryShrink(Action<string> note);
}
