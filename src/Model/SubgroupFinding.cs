using System.Text.Json.Serialization;

namespace ChestXray.Model;

/// <summary>One finding in a part of the images.</summary>
/// <param name="Positives">Images with it.</param>
/// <param name="PositivePatients">Their patients.</param>
/// <param name="RocAuc">The exact area; null where all images have the same sign.</param>
/// <param name="RocAucInterval">Its 95 % interval by patient bootstrap.</param>
/// <param name="AtThreshold">At the finding's threshold of the whole set.</param>
public sealed record SubgroupFinding(
    int Positives, int PositivePatients, double? RocAuc,
    [property: JsonPropertyName("roc_auc_interval_95")] Interval? RocAucInterval,
    PointResult AtThreshold);
