using System.Runtime.Intrinsics;
using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels;

/// <summary>
/// Weighted binary cross-entropy from logits: the loss and its gradient with respect to the logits in one pass.
/// </summary>
/// <remarks>
/// <para>Per element with logit z and label y: w+ y f(-z) + w- (1 - y) f(z), where f(u) = sigmoid(u)^focal * softplus(u).
/// Nothing is clipped, and no step overflows: logits of +-1e4 give exact tails, as TensorFlow's
/// sigmoid_cross_entropy_with_logits does.</para>
/// <para>Float32 with a float64 sum: the loss is within 1e-6 relative of float64, every gradient element of at least 1e-30,
/// too. An instance is immutable: thread-safe, and it allocates nothing per call.</para>
/// </remarks>
public sealed class WeightedBce
{
    private readonly WeightedBceOptions _options;
    private readonly double[] _positive, _negative;
    private readonly float[] _positiveTiled, _negativeTiled;

    /// <summary>Checks the options and lays the weights out for vectors.</summary>
    /// <exception cref="ArgumentException">An option is outside what its documentation allows.</exception>
    public WeightedBce(WeightedBceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require(options.Classes >= 1, $"Classes is {options.Classes}; there must be at least 1.");
        Require(options.Focal is >= 0 and <= 16, $"Focal is {options.Focal}; allowed is 0 to 16.");
        Require(options.Smoothing is >= 0 and <= 1, $"Smoothing is {options.Smoothing}; allowed is 0 to 1.");
        Require(Enum.IsDefined(options.Reduction), $"Reduction {options.Reduction} does not exist.");
        _options = options;
        _positive = Weights(options.PositiveWeights.Span, options.Classes, nameof(options.PositiveWeights));
        _negative = Weights(options.NegativeWeights.Span, options.Classes, nameof(options.NegativeWeights));
        _positiveTiled = Tile(_positive);
        _negativeTiled = Tile(_negative);
    }

    /// <summary>The loss of a batch; writes its gradient.</summary>
    /// <param name="logits">Batch x Classes, row after row; finite (NaN gives NaN).</param>
    /// <param name="labels">As many, each from 0 to 1.</param>
    /// <param name="gradient">
    /// As many: the derivative of the returned value by each logit. May be the memory of <paramref name="logits"/>.
    /// </param>
    /// <returns>The reduced loss; 0 for an empty batch.</returns>
    /// <exception cref="ArgumentException">A length is not the others', or no whole number of rows.</exception>
    public double Run(ReadOnlySpan<float> logits, ReadOnlySpan<float> labels, Span<float> gradient)
    {
        Check(logits.Length, labels.Length, gradient.Length);
        if (logits.IsEmpty)
            return 0;
        double scale = Scale(logits.Length);
        WeightedBcePass pass =
            new(_positiveTiled, _negativeTiled, (float)_options.Focal, (float)_options.Smoothing, (float)scale);
        return pass.Run(logits, labels, gradient) * scale;
    }

    /// <summary>The specification: the same in float64, element by element.</summary>
    internal double Reference(ReadOnlySpan<float> logits, ReadOnlySpan<float> labels, Span<double> gradient)
    {
        Check(logits.Length, labels.Length, gradient.Length);
        double sum = 0, scale = logits.IsEmpty ? 0 : Scale(logits.Length);
        for (int i = 0; i < logits.Length; i++)
        {
            int c = i % _options.Classes;
            double z = logits[i], y = (labels[i] * (1 - _options.Smoothing)) + (_options.Smoothing / 2);
            (double positive, double dPositive) = WeightedBceReference.Term(-z, _options.Focal);
            (double negative, double dNegative) = WeightedBceReference.Term(z, _options.Focal);
            sum += (_positive[c] * y * positive) + (_negative[c] * (1 - y) * negative);
            gradient[i] = scale * ((_negative[c] * (1 - y) * dNegative) - (_positive[c] * y * dPositive));
        }

        return sum * scale;
    }

    /// <summary>The weights as the kernel reads them: positive, then negative.</summary>
    internal float[] DeviceWeights() => [.. _positive.Select(v => (float)v), .. _negative.Select(v => (float)v)];

    /// <summary>The numbers of a launch over so many rows.</summary>
    internal WeightedBceShape DeviceShape(int rows)
    {
        if (rows < 1 || (long)rows * _options.Classes > int.MaxValue)
            throw new ArgumentException($"rows is {rows}; allowed is 1 to {int.MaxValue / _options.Classes} of {_options.Classes} classes.", nameof(rows));
        return new(rows, _options.Classes, (float)_options.Focal, (float)_options.Smoothing,
            (float)Scale(rows * _options.Classes));
    }

    private double Scale(int elements) =>
        _options.Reduction == LossReduction.Mean ? 1.0 / elements : (double)_options.Classes / elements;

    private void Check(int logits, int labels, int gradient)
    {
        if (labels != logits || gradient != logits)
            throw new ArgumentException(
                $"{logits} logits, {labels} labels, {gradient} gradient elements: they must be equally many.");
        if (logits % _options.Classes != 0)
            throw new ArgumentException($"{logits} logits are not whole rows of {_options.Classes} classes.");
    }

    private static double[] Weights(ReadOnlySpan<double> given, int classes, string name)
    {
        double[] weights = new double[classes];
        if (given.IsEmpty)
        {
            Array.Fill(weights, 1);
            return weights;
        }

        Require(given.Length == classes, $"{name} has {given.Length} entries for {classes} classes.");
        given.CopyTo(weights);
        foreach (double weight in weights)
            Require(weight >= 0 && float.IsFinite((float)weight), $"{name} holds {weight}; weights are finite and not negative.");
        return weights;
    }

    /// <summary>Repeats the weights until every vector of a flat batch finds its own in one piece.</summary>
    private static float[] Tile(double[] weights)
    {
        float[] tiled = new float[weights.Length * Vector256<float>.Count];
        for (int i = 0; i < tiled.Length; i++)
            tiled[i] = (float)weights[i % weights.Length];
        return tiled;
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ArgumentException(message, "options");
    }
}
