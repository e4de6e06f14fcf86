using System.Text.Json.Serialization;

namespace ChestXray.Model;

/// <summary>
/// 95 % intervals of the figures at a threshold; null where a figure is not defined in more than a tenth of the draws.
/// </summary>
/// <param name="DetectedPositivePercent">Of the positive images, those above the threshold.</param>
/// <param name="DetectedNegativePercent">Of the negative images, those at or under it.</param>
/// <param name="Precision">0 in draws where nothing is above.</param>
/// <param name="Recall">0 in draws without a positive image.</param>
/// <param name="F1">0 where both are.</param>
public sealed record PointIntervals(
    Interval? DetectedPositivePercent, Interval? DetectedNegativePercent, Interval? Precision, Interval? Recall,
    [property: JsonPropertyName("f1_score")] Interval? F1);
