namespace ChestXray.Pipeline;

/// <summary>What a negative and a positive case of each finding weigh in the weighted loss. Immutable.</summary>
/// <remarks>
/// A finding without a positive (or negative) training image has weight 0 for the missing sign, so that the loss stays finite.
/// </remarks>
public sealed class ClassWeights
{
    private readonly double[] _negative;
    private readonly double[] _positive;

    /// <summary>Copies both lists.</summary>
    /// <param name="negative">14 finite values of at least 0, columns as in <see cref="Findings"/>.</param>
    /// <param name="positive">14 finite values of at least 0, columns as in <see cref="Findings"/>.</param>
    /// <exception cref="ArgumentException">Another number of values, or one that is negative or not finite.</exception>
    public ClassWeights(IReadOnlyList<double> negative, IReadOnlyList<double> positive)
    {
        _negative = Checked(negative, nameof(negative));
        _positive = Checked(positive, nameof(positive));
    }

    /// <summary>The weight of a case without the finding, by column.</summary>
    public IReadOnlyList<double> Negative => _negative;

    /// <summary>The weight of a case with the finding, by column.</summary>
    public IReadOnlyList<double> Positive => _positive;

    /// <summary>Every weight 1: the weighted loss without its weights.</summary>
    public static ClassWeights Ones { get; } = new([.. Enumerable.Repeat(1.0, Findings.Count)], [.. Enumerable.Repeat(1.0, Findings.Count)]);

    /// <summary>
    /// The guide's: (1 / count of the sign) * (images / 2), in double and in that order, so that its digits come out.
    /// </summary>
    /// <param name="images">Images in the training set.</param>
    /// <param name="positives">Of them, those with each of the 14 findings.</param>
    public static ClassWeights From(int images, IReadOnlyList<int> positives) =>
        new([.. positives.Select(count => Weight(images, images - count))],
            [.. positives.Select(count => Weight(images, count))]);

    private static double Weight(int images, int count) => count == 0 ? 0 : 1.0 / count * (images / 2.0);

    private static double[] Checked(IReadOnlyList<double> values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (values.Count != Findings.Count)
            throw new ArgumentException(
                $"{values.Count} class weights were given; there are {Findings.Count} findings, so give {Findings.Count}.", name);
        for (int i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]) || values[i] < 0)
                throw new ArgumentException(
                    $"The weight of {Findings.Names[i]} is {values[i]}; it must be finite and at least 0.", name);
        }

        return [.. values];
    }
}
