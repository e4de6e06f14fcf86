namespace ChestXray.Model.Evaluation;

/// <summary>One finding's images in falling order of probability, counted at every distinct value.</summary>
/// <remarks>
/// Everything exact (ROC, AUC, average precision) follows from these counts; scikit-learn's `_binary_clf_curve`.
/// </remarks>
internal sealed class RankedScores
{
    private RankedScores(double[] values, int[] truePositives, int[] falsePositives)
    {
        Values = values;
        TruePositives = truePositives;
        FalsePositives = falsePositives;
    }

    /// <summary>The distinct probabilities, falling.</summary>
    public double[] Values { get; }

    /// <summary>Positive images with at least this probability, by value.</summary>
    public int[] TruePositives { get; }

    /// <summary>Negative images with at least this probability, by value.</summary>
    public int[] FalsePositives { get; }

    /// <summary>Positive images.</summary>
    public int Positives => TruePositives[^1];

    /// <summary>Negative images.</summary>
    public int Negatives => FalsePositives[^1];

    /// <summary>Ranks one finding.</summary>
    public static RankedScores Of(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> labels)
    {
        double[] keys = probabilities.ToArray();
        bool[] items = labels.ToArray();
        Array.Sort(keys, items);
        int distinct = 1;
        for (int i = 1; i < keys.Length; i++)
        {
            if (keys[i] != keys[i - 1])
                distinct++;
        }

        double[] values = new double[distinct];
        int[] trues = new int[distinct], falses = new int[distinct];
        int group = 0, positives = 0, negatives = 0;
        for (int i = keys.Length - 1; i >= 0; i--)
        {
            positives += items[i] ? 1 : 0;
            negatives += items[i] ? 0 : 1;
            if (i > 0 && keys[i] == keys[i - 1])
                continue;
            (values[group], trues[group], falses[group]) = (keys[i], positives, negatives);
            group++;
        }

        return new(values, trues, falses);
    }

    /// <summary>
    /// The share of (positive, negative) pairs in the right order, ties counting half; null where a sign is missing.
    /// </summary>
    /// <remarks>
    /// Mann-Whitney's U over the pairs, in whole numbers up to the one division: the area under the exact ROC curve.
    /// </remarks>
    public double? RocAuc()
    {
        if (Positives == 0 || Negatives == 0)
            return null;

        long doubled = 0;
        long truesBefore = 0, falsesBefore = 0;
        for (int i = 0; i < Values.Length; i++)
        {
            doubled += (FalsePositives[i] - falsesBefore) * (truesBefore + TruePositives[i]);
            (truesBefore, falsesBefore) = (TruePositives[i], FalsePositives[i]);
        }

        return doubled / (2.0 * Positives * Negatives);
    }

    /// <summary>The sum of precision times gain in recall over the distinct values; null without a positive.</summary>
    public double? AveragePrecision()
    {
        if (Positives == 0)
            return null;

        double sum = 0;
        int before = 0;
        for (int i = 0; i < Values.Length; i++)
        {
            sum += (TruePositives[i] - before) * ((double)TruePositives[i] / (TruePositives[i] + FalsePositives[i]));
            before = TruePositives[i];
        }

        return sum / Positives;
    }
}
