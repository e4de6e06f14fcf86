using System.Text.Json.Serialization;

namespace ChestXray.Model;

/// <summary>A part of the measured images: one sex, one view, or one span of ages.</summary>
public sealed record Subgroup
{
    /// <summary>`sex`, `age` or `view`.</summary>
    public required string By { get; init; }

    /// <summary>`F`, `40-59`, `PA`; `unknown` where the label file does not say.</summary>
    public required string Name { get; init; }

    /// <summary>Images.</summary>
    public required int Images { get; init; }

    /// <summary>Patients.</summary>
    public required int Patients { get; init; }

    /// <summary>
    /// The mean exact area over <see cref="MeanFindings"/>; null where no finding has both signs in every group of its kind.
    /// </summary>
    public required double? MeanRocAuc { get; init; }

    /// <summary>95 % interval of <see cref="MeanRocAuc"/>.</summary>
    [JsonPropertyName("mean_roc_auc_interval_95")]
    public Interval? MeanRocAucInterval { get; init; }

    /// <summary>
    /// The findings in the mean: those with both signs in every group of this kind, so that the means are of the same.
    /// </summary>
    public required IReadOnlyList<string> MeanFindings { get; init; }

    /// <summary>All findings together at the thresholds of the whole set.</summary>
    public required PointResult AtThreshold { get; init; }

    /// <summary>The mean expected calibration error over all findings.</summary>
    public required double MeanCalibrationError { get; init; }

    /// <summary>95 % interval of <see cref="MeanCalibrationError"/>.</summary>
    [JsonPropertyName("mean_calibration_error_interval_95")]
    public Interval? MeanCalibrationErrorInterval { get; init; }

    /// <summary>By finding.</summary>
    public required IReadOnlyDictionary<string, SubgroupFinding> PerDisease { get; init; }
}
