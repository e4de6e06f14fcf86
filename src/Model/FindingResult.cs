using System.Text.Json.Serialization;

namespace ChestXray.Model;

/// <summary>How one finding was recognised. Undefined measures are null.</summary>
public sealed record FindingResult
{
    /// <summary>Images with the finding.</summary>
    public required int Positives { get; init; }

    /// <summary>Images without it.</summary>
    public required int Negatives { get; init; }

    /// <summary>Patients with at least one positive image; null where patients are not known.</summary>
    public int? PositivePatients { get; init; }

    /// <summary>Share of the images with the finding, 0 to 1.</summary>
    public required double Prevalence { get; init; }

    /// <summary>The area under the exact ROC curve, ties counting half; null where all images have the same sign.</summary>
    public required double? RocAuc { get; init; }

    /// <summary>95 % interval of <see cref="RocAuc"/>; null where none was drawn.</summary>
    [JsonIgnore]
    public Interval? RocAucInterval => Intervals?.RocAuc;

    /// <summary>Points of the exact ROC curve as scikit-learn counts them; null where there is no curve.</summary>
    public required int? RocPoints { get; init; }

    /// <summary>Sum of precision times gain in recall; null without a positive image.</summary>
    public required double? AveragePrecision { get; init; }

    /// <summary>Keras' AUC over 200 fixed thresholds; 0 where all images have the same sign, as Keras has it.</summary>
    [JsonPropertyName("keras_auc_200")]
    public required double KerasAuc200 { get; init; }

    /// <summary>Of the positive images, those with a probability above 0.5, in per cent; null where there is none.</summary>
    [JsonPropertyName("detected_positive_percent_at_0.5")]
    public required double? DetectedPositivePercentAtHalf { get; init; }

    /// <summary>Of the negative images, those with a probability of at most 0.5, in per cent; null where there is none.</summary>
    [JsonPropertyName("detected_negative_percent_at_0.5")]
    public required double? DetectedNegativePercentAtHalf { get; init; }

    /// <summary>The threshold of everything that follows.</summary>
    public required double Threshold { get; init; }

    /// <summary>Counts at <see cref="Threshold"/>, with the percentages detected.</summary>
    public required ThresholdCounts AtThreshold { get; init; }

    /// <summary>Precision, recall, F1 and support at <see cref="Threshold"/>.</summary>
    public required ClassScores Scores { get; init; }

    /// <summary>How far the probabilities can be taken at their word.</summary>
    public required Calibration Calibration { get; init; }

    /// <summary>95 % intervals by patient bootstrap; null where patients are not known or none were drawn.</summary>
    [JsonPropertyName("intervals_95")]
    public FindingIntervals? Intervals { get; init; }
}
