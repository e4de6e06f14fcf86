using System.Text.Json.Serialization;

namespace ChestXray.Model;

/// <summary>95 % intervals of one average of a classification report.</summary>
/// <param name="Precision">Of the average precision of calls, not of the curve.</param>
/// <param name="Recall">Of the recall.</param>
/// <param name="F1">Of F1.</param>
public sealed record ScoreIntervals(Interval? Precision, Interval? Recall, [property: JsonPropertyName("f1_score")] Interval? F1);
