namespace ChestXray.Model;

/// <summary>What one pass over one set gave, as Keras' own metrics count it.</summary>
/// <param name="Loss">
/// Mean over the batches' losses, weighted by their sizes. The guide's weighted loss is a sum over 14 findings.
/// </param>
/// <param name="BinaryAccuracy">Share of (image, finding) pairs on the right side of 0.5.</param>
/// <param name="Precision">
/// Of all pairs predicted positive at 0.5, the share that is (micro over findings); 0 where none is.
/// </param>
/// <param name="Recall">
/// Of all positive pairs, the share predicted positive at 0.5 (micro over findings); 0 where none is.
/// </param>
/// <param name="Auc">
/// Keras' AUC(multi_label=True) over 200 thresholds; a finding without positives or negatives counts as 0.
/// </param>
public sealed record SetMetrics(double Loss, double BinaryAccuracy, double Precision, double Recall, double Auc);

/// <summary>One epoch of a training run.</summary>
/// <param name="Epoch">0-based.</param>
/// <param name="LearningRate">The rate used in this epoch.</param>
/// <param name="Train">Gathered while training, before each step's update, dropout on.</param>
/// <param name="Validation">After the epoch, dropout off.</param>
/// <param name="TrainSeconds">Wall time of the training part.</param>
/// <param name="TrainImagesPerSecond">Training samples over <paramref name="TrainSeconds"/>.</param>
public sealed record EpochMetrics(
    int Epoch, double LearningRate, SetMetrics Train, SetMetrics Validation, double TrainSeconds, double TrainImagesPerSecond);
