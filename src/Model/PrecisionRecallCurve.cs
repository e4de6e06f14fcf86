using ChestXray.Model.Evaluation;

namespace ChestXray.Model;

/// <summary>The exact precision-recall curve of one finding: every probability that occurs is a threshold.</summary>
/// <param name="Precisions">Of the images called positive, the share that is; the last is 1, where nothing is called.</param>
/// <param name="Recalls">Of the positive images, the share called so; falling from 1 to 0.</param>
/// <param name="Thresholds">
/// Rising; an image counts as positive from this probability on. One fewer than there are points.
/// </param>
/// <remarks>Points and order are those of scikit-learn's `precision_recall_curve`.</remarks>
public sealed record PrecisionRecallCurve(
    IReadOnlyList<double> Precisions, IReadOnlyList<double> Recalls, IReadOnlyList<double> Thresholds)
{
    /// <summary>How many points the curve has.</summary>
    public int Count => Precisions.Count;

    /// <summary>The curve of one finding; null where no image has it.</summary>
    /// <param name="predictions">Probabilities and labels.</param>
    /// <param name="finding">The column.</param>
    public static PrecisionRecallCurve? Of(Predictions predictions, int finding)
    {
        RankedScores ranked = RankedScores.Of(predictions.Probabilities(finding), predictions.Labels(finding));
        if (ranked.Positives == 0)
            return null;

        int count = ranked.Values.Length;
        double[] precisions = new double[count + 1], recalls = new double[count + 1], thresholds = new double[count];
        for (int i = 0; i < count; i++)
        {
            int at = count - 1 - i;
            precisions[at] = (double)ranked.TruePositives[i] / (ranked.TruePositives[i] + ranked.FalsePositives[i]);
            recalls[at] = (double)ranked.TruePositives[i] / ranked.Positives;
            thresholds[at] = ranked.Values[i];
        }

        (precisions[count], recalls[count]) = (1, 0);
        return new(precisions, recalls, thresholds);
    }
}
