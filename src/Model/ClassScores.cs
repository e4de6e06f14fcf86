using System.Text.Json.Serialization;

namespace ChestXray.Model;

/// <summary>One row of a classification report.</summary>
/// <param name="Precision">Of the images counted as positive, the share that is; 0 where none is counted so.</param>
/// <param name="Recall">Of the positive images, the share counted so; 0 where there is none.</param>
/// <param name="F1">The harmonic mean of both; 0 where both are.</param>
/// <param name="Support">Positive images.</param>
public sealed record ClassScores(
    double Precision, double Recall, [property: JsonPropertyName("f1_score")] double F1, long Support);
