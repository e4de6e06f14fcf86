using ChestXray.Model.Jobs;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>What the main job gave.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="IsPhantom">Whether the data were made and no radiographs.</param>
/// <param name="Index">The images and what did not match.</param>
/// <param name="Preparation">What was decoded.</param>
/// <param name="Data">Sets, weights, statistics.</param>
/// <param name="SamplesPerEpoch">Training samples an epoch, augmented copies included.</param>
/// <param name="Models">One for each loss that was trained to its end.</param>
/// <param name="Stages">Wall seconds of each stage, in order.</param>
/// <param name="PeakOwnedBytes">The most resident memory, mapped store left out.</param>
/// <param name="PeakMappedBytes">The most resident memory of the mapped store.</param>
/// <param name="Cancelled">Somebody ended it; the best weights so far are in the run's folder.</param>
public sealed record TrainingJobResult(
    TrainingJobOptions Options, bool IsPhantom, DataSetIndex Index, PrepareResult Preparation, TrainingData Data,
    int SamplesPerEpoch,
    IReadOnlyList<LossOutcome> Models, IReadOnlyList<(string Name, double Seconds)> Stages, long PeakOwnedBytes,
    long PeakMappedBytes,
    bool Cancelled)
{
    /// <summary>The document that is written to `run.json` and that `--json` prints.</summary>
    public string ToJson() => JobJson.Write(RunRecord.Document(this));
}
