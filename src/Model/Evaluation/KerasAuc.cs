namespace ChestXray.Model.Evaluation;

/// <summary>The area under the curve as `tf.keras.metrics.AUC` gives it: trapezoids over 200 fixed thresholds.</summary>
/// <remarks>
/// The thresholds lie evenly over 0 to 1, whatever the probabilities are. A model whose probabilities for a rare finding stay
/// under 0.05 has ten thresholds left to tell its images apart, and comes out too low.
/// </remarks>
internal static class KerasAuc
{
    private const int Thresholds = 200;

    /// <summary>The area; 0 where a sign is missing, as Keras has it.</summary>
    public static double Of(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> labels)
    {
        Span<long> positives = stackalloc long[Thresholds], negatives = stackalloc long[Thresholds];
        positives.Clear();
        negatives.Clear();
        for (int i = 0; i < probabilities.Length; i++)
        {
            int bucket = Bucket(probabilities[i]);
            if (labels[i])
                positives[bucket]++;
            else
                negatives[bucket]++;
        }

        return Area(positives, negatives);
    }

    /// <summary>Between which two of the thresholds a probability lies.</summary>
    public static int Bucket(double probability) => Math.Max((int)Math.Ceiling(probability * (Thresholds - 1)) - 1, 0);

    private static double Area(ReadOnlySpan<long> positives, ReadOnlySpan<long> negatives)
    {
        double allPositives = 0, allNegatives = 0;
        for (int i = 0; i < Thresholds; i++)
        {
            allPositives += positives[i];
            allNegatives += negatives[i];
        }

        double area = 0, trues = 0, falses = 0;
        double recallBefore = 0, fallOutBefore = 0;
        for (int i = Thresholds - 1; i >= 0; i--)
        {
            trues += positives[i];
            falses += negatives[i];
            double recall = allPositives == 0 ? 0 : trues / allPositives, fallOut = allNegatives == 0 ? 0 : falses / allNegatives;
            area += (fallOut - fallOutBefore) * (recall + recallBefore) / 2;
            (recallBefore, fallOutBefore) = (recall, fallOut);
        }

        return area;
    }
}
