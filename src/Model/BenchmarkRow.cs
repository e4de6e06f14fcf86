namespace ChestXray.Model;

/// <summary>One timed line of a benchmark.</summary>
/// <param name="Name">What was timed; `peer: ` begins another program's line.</param>
/// <param name="Unit">Of the three figures, as `images/s`.</param>
/// <param name="Median">Median of the runs.</param>
/// <param name="Lowest">The lowest.</param>
/// <param name="Highest">The highest.</param>
public sealed record BenchmarkRow(string Name, string Unit, double Median, double Lowest, double Highest);
