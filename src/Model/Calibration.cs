namespace ChestXray.Model;

/// <summary>How far one finding's probabilities can be taken at their word.</summary>
/// <param name="Bins">Ten bins of equal width over 0 to 1, those without images left out.</param>
/// <param name="ExpectedError">The bins' distances between mean probability and share of positives, weighted by their images.</param>
/// <param name="BrierScore">The mean squared distance between probability and label.</param>
public sealed record Calibration(IReadOnlyList<CalibrationBin> Bins, double ExpectedError, double BrierScore)
{
    private const int BinCount = 10;

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
            int bin = Math.Min((int)(probabilities[i] * BinCount), BinCount - 1);
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
            bins.Add(new(sums[bin] / images[bin], (double)positives[bin] / images[bin], images[bin]));
            error += Math.Abs(sums[bin] - positives[bin]) / labels.Length;
        }

        return new(bins, error, squares / labels.Length);
    }
}
