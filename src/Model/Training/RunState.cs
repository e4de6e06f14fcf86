using System.Diagnostics;
using ChestXray.Model.Networks;

namespace ChestXray.Model.Training;

/// <summary>Everything that a run is, beside the network's and the optimiser's values: what a checkpoint keeps.</summary>
internal sealed class RunState(int patience)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>The epoch that is running, 0-based; the number of finished epochs.</summary>
    public int Epoch { get; set; }

    /// <summary>Training samples of it that are done.</summary>
    public int Position { get; set; }

    /// <summary>Seconds that its training part took so far.</summary>
    public double TrainSeconds { get; set; }

    /// <summary>Seconds of the run in earlier starts, up to the checkpoint that it went on from.</summary>
    public double EarlierSeconds { get; set; }

    /// <summary>Seconds of the run so far, validation and every start included.</summary>
    public double Seconds => EarlierSeconds + _watch.Elapsed.TotalSeconds;

    /// <summary>The patience is used up.</summary>
    public bool StoppedEarly { get; set; }

    /// <summary>Early stopping on the validation loss.</summary>
    public EarlyStopping EarlyStopping { get; } = new(patience);

    /// <summary>When the best weights' file is due.</summary>
    public CheckpointRule CheckpointRule { get; } = new();

    /// <summary>The training metrics of the running epoch.</summary>
    public SetMeter Meter { get; } = new();

    /// <summary>Finished epochs.</summary>
    public List<EpochMetrics> History { get; } = [];

    /// <summary>The best epoch's values as early stopping keeps them; null before the first epoch's end.</summary>
    public IReadOnlyList<SafetensorsEntry>? Best { get; set; }
}
