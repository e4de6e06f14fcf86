using System.Text.Json.Serialization;

namespace ChestXray.Model;

/// <summary>Every measure of one set of predictions, as the verbs `score` and `evaluate` print it.</summary>
public sealed record EvaluationResult
{
    /// <summary>Images.</summary>
    public required int Rows { get; init; }

    /// <summary>Patients; null where they are not known.</summary>
    public int? Patients { get; init; }

    /// <summary>
    /// Where the thresholds come from: `fixed`, `validation` or another name that was given; `test` where they were chosen on
    /// patients that they are measured on.
    /// </summary>
    public required string ThresholdSource { get; init; }

    /// <summary>By finding, in the predictions' order.</summary>
    public required IReadOnlyDictionary<string, FindingResult> PerDisease { get; init; }

    /// <summary>The mean of the defined areas; null where none is.</summary>
    public required double? MeanRocAuc { get; init; }

    /// <summary>95 % interval of <see cref="MeanRocAuc"/>; null where none was drawn.</summary>
    [JsonIgnore]
    public Interval? MeanRocAucInterval => Intervals?.RocAuc;

    /// <summary>How many findings are in <see cref="MeanRocAuc"/>.</summary>
    public required int MeanRocAucFindings { get; init; }

    /// <summary>The mean over all findings, an undefined one counting 0, as Keras' `AUC(multi_label=True)` has it.</summary>
    [JsonPropertyName("mean_keras_auc_200")]
    public required double MeanKerasAuc200 { get; init; }

    /// <summary>The mean of the defined average precisions; null where none is.</summary>
    public required double? MeanAveragePrecision { get; init; }

    /// <summary>How many findings are in <see cref="MeanAveragePrecision"/>.</summary>
    public required int MeanAveragePrecisionFindings { get; init; }

    /// <summary>All findings together (micro): positive pairs with a probability above 0.5, in per cent.</summary>
    [JsonPropertyName("detected_positive_percent_at_0.5")]
    public required double? DetectedPositivePercentAtHalf { get; init; }

    /// <summary>All findings together (micro): negative pairs with a probability of at most 0.5, in per cent.</summary>
    [JsonPropertyName("detected_negative_percent_at_0.5")]
    public required double? DetectedNegativePercentAtHalf { get; init; }

    /// <summary>All findings together at each one's own threshold.</summary>
    public required ThresholdCounts AtThreshold { get; init; }

    /// <summary>The mean over all findings of the expected calibration error.</summary>
    public required double MeanCalibrationError { get; init; }

    /// <summary>The mean over all findings of the Brier score.</summary>
    public required double MeanBrierScore { get; init; }

    /// <summary>
    /// All that thresholds decide, at each choice of them: `half` (0.5), and those that were asked for by their source.
    /// </summary>
    public required IReadOnlyDictionary<string, OperatingPoint> OperatingPoints { get; init; }

    /// <summary>Sexes, ages and views apart; empty where not asked for or not known.</summary>
    public IReadOnlyList<Subgroup> Subgroups { get; init; } = [];

    /// <summary>
    /// 95 % intervals of the means and of all findings together; null where patients are not known or none were drawn.
    /// </summary>
    [JsonPropertyName("intervals_95")]
    public FindingIntervals? Intervals { get; init; }

    /// <summary>How many times the patients were drawn; 0 where there are no intervals.</summary>
    public int BootstrapDraws { get; init; }

    /// <summary>The averages of the classification report.</summary>
    public required ReportAverages Averages { get; init; }

    /// <summary>95 % intervals of <see cref="Averages"/>; null with <see cref="Intervals"/>.</summary>
    [JsonPropertyName("averages_intervals_95")]
    public AverageIntervals? AverageIntervals { get; init; }

    /// <summary>scikit-learn's text, character for character.</summary>
    public required string ClassificationReport { get; init; }

    /// <summary>What a reader has to know before believing a figure; whole sentences.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>How the figures were made, in a sentence.</summary>
    public required string Note { get; init; }

    /// <summary>The JSON document, indented, names in snake_case, undefined figures as null.</summary>
    public string ToJson() => Evaluation.EvaluationJson.Write(this);
}
