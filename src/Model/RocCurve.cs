using ChestXray.Model.Evaluation;

namespace ChestXray.Model;

/// <summary>The exact ROC curve of one finding: every probability that occurs is a threshold.</summary>
/// <param name="FalsePositiveRates">Rising from 0 to 1.</param>
/// <param name="TruePositiveRates">Rising from 0 to 1.</param>
/// <param name="Thresholds">
/// An image counts as positive from this probability on; the first is infinite, no image reaches it.
/// </param>
/// <remarks>
/// Points on a straight line between their neighbours are left out, as scikit-learn's `drop_intermediate` does.
/// </remarks>
public sealed record RocCurve(
    IReadOnlyList<double> FalsePositiveRates, IReadOnlyList<double> TruePositiveRates, IReadOnlyList<double> Thresholds)
{
    /// <summary>How many points the curve has.</summary>
    public int Count => Thresholds.Count;

    /// <summary>The curve of one finding; null where all its images have the same sign.</summary>
    /// <param name="predictions">Probabilities and labels.</param>
    /// <param name="finding">The column.</param>
    public static RocCurve? Of(Predictions predictions, int finding) =>
        Of(RankedScores.Of(predictions.Probabilities(finding), predictions.Labels(finding)));

    internal static RocCurve? Of(RankedScores ranked)
    {
        if (ranked.Positives == 0 || ranked.Negatives == 0)
            return null;

        List<double> falses = [0], trues = [0], thresholds = [double.PositiveInfinity];
        int last = ranked.Values.Length - 1;
        for (int i = 0; i <= last; i++)
        {
            if (i > 0 && i < last && IsOnLine(ranked.TruePositives, i) && IsOnLine(ranked.FalsePositives, i))
                continue;
            falses.Add((double)ranked.FalsePositives[i] / ranked.Negatives);
            trues.Add((double)ranked.TruePositives[i] / ranked.Positives);
            thresholds.Add(ranked.Values[i]);
        }

        return new(falses, trues, thresholds);
    }

    private static bool IsOnLine(int[] counts, int i) => counts[i + 1] - counts[i] == counts[i] - counts[i - 1];
}
