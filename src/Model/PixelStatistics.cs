using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>Mean and population standard deviation of resized grey values before rounding, on the 0 to 255 scale.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The population deviation (ddof 0).</param>
public readonly record struct PixelStatistics(double Mean, double StandardDeviation)
{
    /// <summary>
    /// From the sums that the manifest keeps: no pixel is read. The order of the records does not matter to 1e-12.
    /// </summary>
    /// <param name="records">The set's records, at least one.</param>
    /// <param name="pixelsPerRecord">Height times width.</param>
    public static PixelStatistics Of(IEnumerable<StoredRecord> records, int pixelsPerRecord)
    {
        double sum = 0, squares = 0;
        long count = 0;
        foreach (StoredRecord record in records)
        {
            sum += record.Sum;
            squares += record.SumOfSquares;
            count += pixelsPerRecord;
        }

        if (count == 0)
            throw new ArgumentException("Statistics need at least one record.", nameof(records));
        double mean = sum / count;
        return new(mean, Math.Sqrt(Math.Max(0, squares / count - mean * mean)));
    }
}
