using System.Text.Json.Serialization;

namespace ChestXray.Model;

/// <summary>95 % intervals of one finding's figures (or of all findings together) by patient bootstrap; null where a figure is not defined
/// in more than a tenth of the draws.</summary>
/// <param name="RocAuc">Of the exact area (of the mean area, over all findings).</param>
/// <param name="AveragePrecision">Of the average precision (of the mean).</param>
/// <param name="DetectedPositivePercent">At the threshold.</param>
/// <param name="DetectedNegativePercent">At the threshold.</param>
/// <param name="Precision">At the threshold.</param>
/// <param name="Recall">At the threshold.</param>
/// <param name="F1">At the threshold.</param>
public sealed record FindingIntervals(
    Interval? RocAuc, Interval? AveragePrecision, Interval? DetectedPositivePercent, Interval? DetectedNegativePercent,
    Interval? Precision, Interval? Recall, [property: JsonPropertyName("f1_score")] Interval? F1);
