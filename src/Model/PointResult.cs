using System.Text.Json.Serialization;

namespace ChestXray.Model;

/// <summary>What one threshold does to one finding's images (or each finding's own threshold to all of them together).</summary>
/// <param name="Threshold">An image counts as positive above it; null for findings together that have different ones.</param>
/// <param name="Counts">The images, with the percentages detected.</param>
/// <param name="Scores">Precision, recall, F1, support.</param>
/// <param name="Intervals">Null where patients are not known or none were drawn.</param>
public sealed record PointResult(
    double? Threshold, ThresholdCounts Counts, ClassScores Scores,
    [property: JsonPropertyName("intervals_95")] PointIntervals? Intervals);
