using ChestXray.Model.Evaluation;

namespace ChestXray.Model;

/// <summary>Thresholds chosen on a validation set, never on the set that is measured with them.</summary>
public static class ChosenThresholds
{
    /// <summary>For each finding the threshold with the highest F1; 0.5 for a finding without a positive image or probability.</summary>
    /// <param name="validation">Predictions of the validation set.</param>
    /// <returns>By finding. Halfway to the next lower probability, so that equal ones fall on the same side; ties take the higher.</returns>
    public static double[] HighestF1(Predictions validation)
    {
        double[] thresholds = new double[validation.Findings.Count];
        for (int finding = 0; finding < thresholds.Length; finding++)
            thresholds[finding] = Choose(RankedScores.Of(validation.Probabilities(finding), validation.Labels(finding)));
        return thresholds;
    }

    private static double Choose(RankedScores ranked)
    {
        if (ranked.Positives == 0)
            return 0.5;

        int best = 0;
        double highest = -1;
        // No threshold from 0 to 1 lies under a probability of 0.
        for (int i = 0; i < ranked.Values.Length && ranked.Values[i] > 0; i++)
        {
            int called = ranked.TruePositives[i] + ranked.FalsePositives[i];
            double f1 = 2.0 * ranked.TruePositives[i] / (called + ranked.Positives);
            if (f1 > highest)
                (best, highest) = (i, f1);
        }

        if (highest < 0)
            return 0.5;
        double next = best + 1 < ranked.Values.Length ? ranked.Values[best + 1] : 0;
        // Two neighbouring doubles have no number between them: the lower one is then the threshold, and the upper one lies above it.
        double middle = next + (ranked.Values[best] - next) / 2;
        return middle < ranked.Values[best] ? middle : next;
    }
}
