using ChestXray.Pipeline;

namespace ChestXray.Model.Training;

/// <summary>Keras' metrics over one pass, batch by batch, without keeping the predictions. Not thread-safe.</summary>
/// <remarks>
/// AUC(multi_label=True) over the thresholds -1e-7, 1/199 .. 198/199, 1 + 1e-7: each probability falls into the bucket
/// max(ceil(199 p) - 1, 0), counted apart for positives and negatives. Accuracy, precision and recall ask for p > 0.5.
/// </remarks>
public sealed class SetMeter
{
    private const int Thresholds = 200;
    private readonly long[] _positives = new long[Findings.Count * Thresholds];
    private readonly long[] _negatives = new long[Findings.Count * Thresholds];
    private double _lossSum;
    private long _samples, _truePositives, _falsePositives, _falseNegatives;

    /// <summary>Samples so far.</summary>
    public long Samples => _samples;

    /// <summary>Mean of the batches' losses so far, weighted by their sizes; 0 before the first.</summary>
    public double Loss => _samples == 0 ? 0 : _lossSum / _samples;

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Array.Clear(_positives);
        Array.Clear(_negatives);
        (_lossSum, _samples, _truePositives, _falsePositives, _falseNegatives) = (0, 0, 0, 0, 0);
    }

    /// <summary>Counts one batch.</summary>
    /// <param name="loss">Its mean loss.</param>
    /// <param name="probabilities">N x 14 of 0 to 1.</param>
    /// <param name="labels">N x 14; above 0.5 is positive.</param>
    /// <exception cref="ArgumentException">Lengths that differ, or no whole number of rows.</exception>
    public void Add(double loss, ReadOnlySpan<float> probabilities, ReadOnlySpan<float> labels)
    {
        if (probabilities.Length != labels.Length || labels.Length % Findings.Count != 0)
            throw new ArgumentException(
                $"{probabilities.Length} probabilities and {labels.Length} labels: both must be N x {Findings.Count}.");
        int rows = labels.Length / Findings.Count;
        _lossSum += loss * rows;
        _samples += rows;
        for (int i = 0, finding = 0; i < labels.Length; i++, finding = finding == Findings.Count - 1 ? 0 : finding + 1)
        {
            float p = Math.Clamp(probabilities[i], 0f, 1f);
            bool isPositive = labels[i] > 0.5f, isPredicted = probabilities[i] > 0.5f;
            int bucket = float.IsNaN(p) ? 0 : Math.Max((int)MathF.Ceiling(p * (Thresholds - 1)) - 1, 0);
            (isPositive ? _positives : _negatives)[finding * Thresholds + bucket]++;
            if (isPositive && isPredicted)
                _truePositives++;
            else if (isPredicted)
                _falsePositives++;
            else if (isPositive)
                _falseNegatives++;
        }
    }

    /// <summary>The metrics of what was counted; zeros where nothing was.</summary>
    public SetMetrics Read()
    {
        double auc = 0;
        for (int finding = 0; finding < Findings.Count; finding++)
            auc += AucOf(finding);
        double pairs = _samples * Findings.Count;
        return new SetMetrics(
            Loss,
            pairs == 0 ? 0 : (pairs - _falsePositives - _falseNegatives) / pairs,
            Ratio(_truePositives, _truePositives + _falsePositives),
            Ratio(_truePositives, _truePositives + _falseNegatives),
            auc / Findings.Count);
    }

    /// <summary>The area of one finding's trapezoids; 0 where it has no positive or no negative.</summary>
    public double AucOf(int finding)
    {
        ReadOnlySpan<long> positives = _positives.AsSpan(finding * Thresholds, Thresholds);
        ReadOnlySpan<long> negatives = _negatives.AsSpan(finding * Thresholds, Thresholds);
        long allPositives = 0, allNegatives = 0;
        for (int i = 0; i < Thresholds; i++)
        {
            allPositives += positives[i];
            allNegatives += negatives[i];
        }

        double area = 0;
        long above = 0, before;
        for (int i = Thresholds - 1; i >= 0; i--)
        {
            before = above;
            above += positives[i];
            area += (above + before) * 0.5 * negatives[i];
        }

        return allPositives == 0 || allNegatives == 0 ? 0 : area / allPositives / allNegatives;
    }

    /// <summary>The whole state as numbers, for a checkpoint: loss sum, then all counts.</summary>
    internal (double LossSum, long[] Counts) Save() =>
        (_lossSum, [_samples, _truePositives, _falsePositives, _falseNegatives, .. _positives, .. _negatives]);

    /// <summary>How many counts <see cref="Save"/> gives.</summary>
    internal const int CountsLength = 4 + 2 * Findings.Count * Thresholds;

    /// <summary>Takes a state that <see cref="Save"/> gave.</summary>
    internal void Restore(double lossSum, ReadOnlySpan<long> counts)
    {
        _lossSum = lossSum;
        (_samples, _truePositives, _falsePositives, _falseNegatives) = (counts[0], counts[1], counts[2], counts[3]);
        counts.Slice(4, _positives.Length).CopyTo(_positives);
        counts.Slice(4 + _positives.Length, _negatives.Length).CopyTo(_negatives);
    }

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
