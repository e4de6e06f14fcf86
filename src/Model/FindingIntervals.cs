using System.Text.Json.Serialization;

namespace ChestXray.Model;

/// <summary>95 % intervals of one finding's figures (or of all findings together) by patient bootstrap; null where a figure is not defined
/// in more than a tenth of the draws.</summary>
/// <param name="Prevalence">Of the share of positive images (of pairs, over all findings).</param>
/// <param name="RocAuc">Of the exact area (of the mean area, over all findings).</param>
/// <param name="AveragePrecision">Of the average precision (of the mean).</param>
/// <param name="KerasAuc200">Of the area over 200 thresholds (of the mean).</param>
/// <param name="CalibrationError">
/// Of the expected calibration error (of the mean). It is biased upwards: a redrawn set has more noise.
/// </param>
/// <param name="BrierScore">Of the Brier score (of the mean).</param>
/// <param name="DetectedPositivePercentAtHalf">At 0.5.</param>
/// <param name="DetectedNegativePercentAtHalf">At 0.5.</param>
/// <param name="DetectedPositivePercent">At the threshold.</param>
/// <param name="DetectedNegativePercent">At the threshold.</param>
/// <param name="Precision">At the threshold.</param>
/// <param name="Recall">At the threshold.</param>
/// <param name="F1">At the threshold.</param>
public sealed record FindingIntervals(
    Interval? Prevalence, Interval? RocAuc, Interval? AveragePrecision,
    [property: JsonPropertyName("keras_auc_200")] Interval? KerasAuc200,
    Interval? CalibrationError, Interval? BrierScore,
    [property: JsonPropertyName("detected_positive_percent_at_0.5")] Interval? DetectedPositivePercentAtHalf,
    [property: JsonPropertyName("detected_negative_percent_at_0.5")] Interval? DetectedNegativePercentAtHalf,
    Interval? DetectedPositivePercent, Interval? DetectedNegativePercent,
    Interval? Precision, Interval? Recall, [property: JsonPropertyName("f1_score")] Interval? F1);
