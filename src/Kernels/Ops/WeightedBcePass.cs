using System.Runtime.Intrinsics;

namespace ChestXray.Kernels.Ops;

/// <summary>
/// Eight elements of a <see cref="WeightedBce"/> at a time. Runs on any processor; the vectors are 256 bits wide.
/// </summary>
internal readonly ref struct WeightedBcePass(
    ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, float focal, float smoothing, float scale)
{
    private const int Lanes = 8;

    private readonly ReadOnlySpan<float> _positive = positive, _negative = negative;

    /// <summary>Writes the scaled gradient; returns the unscaled sum.</summary>
    public double Run(ReadOnlySpan<float> logits, ReadOnlySpan<float> labels, Span<float> gradient)
    {
        Vector256<double> sums = Vector256<double>.Zero;
        int i = 0, tile = 0;
        for (; i <= logits.Length - Lanes; i += Lanes)
        {
            Vector256<float> loss =
                Step(Vector256.Create(logits[i..]), Vector256.Create(labels[i..]), tile, out Vector256<float> slope);
            slope.CopyTo(gradient[i..]);
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(loss);
            sums += low + high;
            tile = tile + Lanes == _positive.Length ? 0 : tile + Lanes;
        }

        double sum = Vector256.Sum(sums);
        return i < logits.Length ? sum + Rest(logits[i..], labels[i..], gradient[i..], tile) : sum;
    }

    private double Rest(ReadOnlySpan<float> logits, ReadOnlySpan<float> labels, Span<float> gradient, int tile)
    {
        Span<float> padded = stackalloc float[2 * Lanes];
        padded.Clear();
        logits.CopyTo(padded);
        labels.CopyTo(padded[Lanes..]);
        Vector256<float> loss =
            Step(Vector256.Create<float>(padded), Vector256.Create<float>(padded[Lanes..]), tile, out Vector256<float> slope);
        double sum = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            gradient[i] = slope[i];
            sum += loss[i];
        }

        return sum;
    }

    private Vector256<float> Step(Vector256<float> z, Vector256<float> label, int tile, out Vector256<float> slope)
    {
        Vector256<float> one = Vector256<float>.One, size = Vector256.Abs(z);
        Vector256<float> e = VectorMaths.ExpOfNegative(size), log = VectorMaths.Log1p(e), reciprocal = one / (one + e);
        Vector256<float> smaller = e * reciprocal, isNegative = Vector256.LessThan(z, Vector256<float>.Zero);
        Vector256<float> up = Vector256.ConditionalSelect(isNegative, smaller, reciprocal);
        Vector256<float> down = Vector256.ConditionalSelect(isNegative, reciprocal, smaller);
        Vector256<float> plusUp = Vector256.Max(z, Vector256<float>.Zero) +
            log, plusDown = Vector256.Max(-z, Vector256<float>.Zero) + log;

        Vector256<float> y = Vector256.FusedMultiplyAdd(label, Vector256.Create(1 - smoothing), Vector256.Create(smoothing / 2));
        Vector256<float> positives = Vector256.Create(_positive[tile..]) * y,
            negatives = Vector256.Create(_negative[tile..]) * (one - y);
        Vector256<float> lossUp = plusUp, lossDown = plusDown, slopeUp = up, slopeDown = down;
        if (focal != 0)
        {
            Vector256<float> powerUp = VectorMaths.ExpOfNegative(plusDown * focal),
                powerDown = VectorMaths.ExpOfNegative(plusUp * focal);
            lossUp = powerUp * plusUp;
            lossDown = powerDown * plusDown;
            slopeUp = powerUp * Vector256.FusedMultiplyAdd(down * focal, plusUp, up);
            slopeDown = powerDown * Vector256.FusedMultiplyAdd(up * focal, plusDown, down);
        }

        slope = ((negatives * slopeUp) - (positives * slopeDown)) * scale;
        return (negatives * lossUp) + (positives * lossDown);
    }
}
