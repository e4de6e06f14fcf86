namespace ChestXray.Model;

/// <summary>How a training run ended.</summary>
/// <param name="History">One entry per finished epoch, those before a resumption included.</param>
/// <param name="BestEpoch">The epoch of the lowest validation loss, 0-based; -1 where none was finished.</param>
/// <param name="WeightsEpoch">The epoch whose weights <paramref name="WeightsPath"/> holds; -1 where none was finished.</param>
/// <param name="StoppedEarly">The patience was used up.</param>
/// <param name="Cancelled">Somebody ended it; a checkpoint was written and the run can be resumed.</param>
/// <param name="WeightsPath">The model: safetensors with PyTorch's names and layout.</param>
/// <param name="Seconds">Of training and validation, earlier starts of a resumed run included.</param>
public sealed record TrainingResult(
    IReadOnlyList<EpochMetrics> History, int BestEpoch, int WeightsEpoch, bool StoppedEarly, bool Cancelled, string WeightsPath,
    double Seconds);
