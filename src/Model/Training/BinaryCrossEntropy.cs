using System.Numerics;
using ChestXray.Kernels;
using ChestXray.Pipeline;

namespace ChestXray.Model.Training;

/// <summary>
/// Both losses of the guide and their gradients from logits, in one pass, in double whatever the type. Thread-safe.
/// </summary>
/// <remarks>
/// Weighted: sum over the findings of -[wp y log p + wn (1 - y) log(1 - p)], mean over the batch. Plain (Keras): both weights
/// 1, mean over findings and batch. -log p = softplus(-z) = max(-z, 0) + log1p(exp(-|z|)): nothing is clipped, nothing
/// overflows.
/// </remarks>
public sealed class BinaryCrossEntropy
{
    private readonly double[] _negative = new double[Findings.Count];
    private readonly double[] _positive = new double[Findings.Count];
    private readonly double _smoothing;
    private readonly double _focal;

    /// <param name="kind">Which loss.</param>
    /// <param name="weights">Needed by the weighted loss; the plain one ignores them.</param>
    /// <param name="smoothing">Labels are drawn so far towards one half, 0 to below 1 (Keras' label_smoothing).</param>
    /// <param name="focal">Exponent of the focal factor (1 - p of the right sign)^focal, from 0 (Lin et al., ICCV 2017).</param>
    /// <exception cref="ArgumentException">The weighted loss without weights.</exception>
    public BinaryCrossEntropy(LossKind kind, ClassWeights? weights, double smoothing = 0, double focal = 0)
    {
        (_smoothing, _focal) = (smoothing, focal);
        if (kind == LossKind.Weighted && weights is null)
            throw new ArgumentException("The weighted loss needs class weights; give them, or choose the plain loss.",
                nameof(weights));
        for (int i = 0; i < Findings.Count; i++)
        {
            _negative[i] = kind == LossKind.Weighted ? weights!.Negative[i] : 1.0 / Findings.Count;
            _positive[i] = kind == LossKind.Weighted ? weights!.Positive[i] : 1.0 / Findings.Count;
        }
    }

    /// <summary>The same loss as the kernels take it.</summary>
    internal WeightedBceOptions ForKernels => new()
    {
        Classes = Findings.Count,
        PositiveWeights = _positive,
        NegativeWeights = _negative,
        Smoothing = _smoothing,
        Focal = _focal,
    };

    /// <summary>The loss of a batch; its gradient and the probabilities on the way.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="logits">N x 14, N at least 1.</param>
    /// <param name="labels">N x 14 of 0 to 1.</param>
    /// <param name="gradient">N x 14, gets dLoss/dlogits; empty where only the loss is wanted.</param>
    /// <param name="probabilities">N x 14, gets the sigmoid; empty where it is not wanted.</param>
    /// <returns>The loss; not finite where a logit is not.</returns>
    /// <exception cref="ArgumentException">Lengths that differ, or no whole number of rows.</exception>
    public double Evaluate<T>(ReadOnlySpan<T> logits, ReadOnlySpan<float> labels, Span<T> gradient, Span<float> probabilities)
        where T : IBinaryFloatingPointIeee754<T>
    {
        if (logits.Length == 0 || logits.Length % Findings.Count != 0 || labels.Length != logits.Length
            || (gradient.Length != 0 && gradient.Length != logits.Length)
            || (probabilities.Length != 0 && probabilities.Length != logits.Length))
        {
            throw new ArgumentException(
                $"{logits.Length} logits and {labels.Length} labels: both must be N x {Findings.Count}, N at least 1.");
        }

        double share = 1.0 / (logits.Length / Findings.Count), sum = 0;
        for (int i = 0, finding = 0; i < logits.Length; i++, finding = finding == Findings.Count - 1 ? 0 : finding + 1)
        {
            double z = double.CreateTruncating(logits[i]), y = labels[i] * (1 - _smoothing) + _smoothing / 2;
            double small = Math.Exp(-Math.Abs(z)), rest = LogOnePlus(small);
            double p = z >= 0 ? 1 / (1 + small) : small / (1 + small), q = z >= 0 ? small / (1 + small) : 1 / (1 + small);
            double positive = _positive[finding] * y, negative = _negative[finding] * (1 - y);
            double ofPositive = Math.Max(-z, 0) + rest, ofNegative = Math.Max(z, 0) + rest, slope;
            if (_focal == 0)
            {
                sum += positive * ofPositive + negative * ofNegative;
                slope = negative * p - positive * q;
            }
            else
            {
                double wrongPositive = positive * Math.Pow(q, _focal), wrongNegative = negative * Math.Pow(p, _focal);
                sum += wrongPositive * ofPositive + wrongNegative * ofNegative;
                slope = wrongNegative * (p + _focal * q * ofNegative) - wrongPositive * (q + _focal * p * ofPositive);
            }

            if (gradient.Length != 0)
                gradient[i] = T.CreateTruncating(slope * share);
            if (probabilities.Length != 0)
                probabilities[i] = (float)p;
        }

        return sum * share;
    }

    /// <summary>log(1 + x) for x of 0 to 1, right to the last digits for the smallest x, too (Kahan).</summary>
    private static double LogOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }
}
