namespace ChestXray.Model;

/// <summary>How far one finding's probabilities can be taken at their word.</summary>
/// <param name="Bins">Ten bins of equal width over 0 to 1, those without images left out.</param>
/// <param name="ExpectedError">
/// The bins' distances between mean probability and share of positives, weighted by their images.
/// </param>
/// <param name="BrierScore">The mean squared distance between probability and label.</param>
/// <remarks>A probability on the border of two bins lies in the lower one, as in scikit-learn's `calibration_curve`.</remarks>
public sealed record Calibration(IReadOnlyList<CalibrationBin> Bins, double ExpectedError, double BrierScore)
{
    /// <summary>How many bins there are.</summary>
    internal const int BinCount = 10;

    /// <summary>The borders between the bins, as NumPy's `linspace(0, 1, 11)` has them.</summary>
    internal static double[] Borders { get; } = [.. Enumerable.Range(1, BinCount - 1).Select(i => i * 0.1)];

    /// <summary>Measures one finding.</summary>
    /// <param name="predictions">Probabilities and labels.</param>
    /// <param name="finding">The column.</param>
    public static Calibration Of(Predictions predictions, int finding)
    {
        ReadOnlySpan<double> probabilities = predictions.Probabilities(finding);
        ReadOnlySpan<bool> labels = predictions.Labels(finding);
        Span<double> sums = stackalloc double[BinCount];
        Span<int> images = stackalloc int[BinCount], positives = stackalloc int[BinCount];
        sums.Clear();
        images.Clear();
        positives.Clear();
        double squares = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            int bin = BinOf(probabilities[i]);
            sums[bin] += probabilities[i];
            images[bin]++;
            positives[bin] += labels[i] ? 1 : 0;
            double distance = probabilities[i] - (labels[i] ? 1 : 0);
            squares += distance * distance;
        }

        List<CalibrationBin> bins = [];
        double error = 0;
        for (int bin = 0; bin < BinCount; bin++)
        {
            if (images[bin] == 0)
                continue;
            bins.Add(new(bin, sums[bin] / images[bin], (double)positives[bin] / images[bin], images[bin]));
            error += Math.Abs(sums[bin] - positives[bin]) / labels.Length;
        }

        return new(bins, error, squares / labels.Length);
    }

    /// <summary>Which bin a probability lies in.</summary>
    internal static int BinOf(double probability)
    {
        int bin = 0;
        while (bin < Borders.Length && Borders[bin] < probability)
            bin++;
        return bin;
    }
}
