namespace ChestXray.Pipeline;

/// <summary>The guide's weights of the two signs of each finding, by column of <see cref="Findings"/>.</summary>
/// <param name="Negative">Weight of an image without the finding; 0 where no training image is without it.</param>
/// <param name="Positive">Weight of an image with the finding; 0 where no training image has it.</param>
public sealed record ClassWeights(IReadOnlyList<double> Negative, IReadOnlyList<double> Positive)
{
    /// <summary>(1 / count of the sign) * (images / 2), in double and in that order, so that the guide's digits come out.</summary>
    /// <param name="images">Images in the training set.</param>
    /// <param name="positives">Of them, those with each finding.</param>
    public static ClassWeights From(int images, IReadOnlyList<int> positives) =>
        new([.. positives.Select(count => Weight(images, images - count))], [.. positives.Select(count => Weight(images, count))]);

    private static double Weight(int images, int count) => count == 0 ? 0 : 1.0 / count * (images / 2.0);
}
