namespace ChestXray.Pipeline;

/// <summary>What the statistics of a training set need of one resized image, before rounding.</summary>
/// <param name="Sum">Sum of the grey levels (0 to 255 each).</param>
/// <param name="SumOfSquares">Sum of their squares.</param>
/// <param name="Count">How many levels.</param>
public readonly record struct ResizeStatistics(double Sum, double SumOfSquares, long Count)
{
    /// <summary>The mean grey level.</summary>
    public double Mean => Sum / Count;

    /// <summary>The population's standard deviation (ddof 0).</summary>
    public double StandardDeviation => Math.Sqrt(Math.Max(0, (SumOfSquares / Count) - (Mean * Mean)));

    /// <summary>The statistics of both together.</summary>
    public static ResizeStatistics operator +(ResizeStatistics left, ResizeStatistics right) =>
        new(left.Sum + right.Sum, left.SumOfSquares + right.SumOfSquares, left.Count + right.Count);
}
