using System.Text.Json.Serialization;

namespace ChestXray.Model;

/// <summary>
/// What a threshold does to images: those with a probability above it count as positive, all others as negative.
/// </summary>
/// <param name="TruePositives">Positive images above the threshold.</param>
/// <param name="FalsePositives">Negative images above it.</param>
/// <param name="FalseNegatives">Positive images at or under it.</param>
/// <param name="TrueNegatives">Negative images at or under it.</param>
/// <remarks>
/// `Above` as Keras counts. The guide's code leaves a probability equal to the threshold out of both sides; here it is
/// negative.
/// </remarks>
public readonly record struct ThresholdCounts(long TruePositives, long FalsePositives, long FalseNegatives, long TrueNegatives)
{
    /// <summary>Of the positive images, those detected, in per cent; null where there is none.</summary>
    public double? DetectedPositivePercent => Percent(TruePositives, TruePositives + FalseNegatives);

    /// <summary>Of the negative images, those detected (left in peace), in per cent; null where there is none.</summary>
    public double? DetectedNegativePercent => Percent(TrueNegatives, TrueNegatives + FalsePositives);

    /// <summary>Of all images, those counted as positive, in per cent; null without images.</summary>
    public double? CalledPositivePercent =>
        Percent(TruePositives + FalsePositives, TruePositives + FalsePositives + FalseNegatives + TrueNegatives);

    /// <summary>Precision, recall, F1 and support, 0 where a quotient is not defined (scikit-learn's `zero_division`).</summary>
    [JsonIgnore]
    public ClassScores Scores => new(
        Quotient(TruePositives, TruePositives + FalsePositives),
        Quotient(TruePositives, TruePositives + FalseNegatives),
        Quotient(2 * TruePositives, 2 * TruePositives + FalsePositives + FalseNegatives),
        TruePositives + FalseNegatives);

    /// <summary>Counts one finding's images.</summary>
    /// <param name="probabilities">By image.</param>
    /// <param name="labels">By image.</param>
    /// <param name="threshold">Usually 0 to 1.</param>
    public static ThresholdCounts Of(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> labels, double threshold)
    {
        long trues = 0, falses = 0, missed = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            bool above = probabilities[i] > threshold;
            trues += above && labels[i] ? 1 : 0;
            falses += above && !labels[i] ? 1 : 0;
            missed += !above && labels[i] ? 1 : 0;
        }

        return new(trues, falses, missed, labels.Length - trues - falses - missed);
    }

    /// <summary>Both counts together.</summary>
    public static ThresholdCounts operator +(ThresholdCounts left, ThresholdCounts right) => new(
        left.TruePositives + right.TruePositives, left.FalsePositives + right.FalsePositives,
        left.FalseNegatives + right.FalseNegatives, left.TrueNegatives + right.TrueNegatives);

    private static double Quotient(long part, long whole) => whole == 0 ? 0 : (double)part / whole;

    private static double? Percent(long part, long whole) => whole == 0 ? null : 100.0 * part / whole;
}
