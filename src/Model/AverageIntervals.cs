namespace ChestXray.Model;

/// <summary>95 % intervals of <see cref="ReportAverages"/>.</summary>
/// <param name="Micro">Of all pairs together.</param>
/// <param name="Macro">Of the plain mean.</param>
/// <param name="Weighted">Of the mean weighted by the draw's own supports.</param>
/// <param name="Samples">Of the mean over images.</param>
public sealed record AverageIntervals(
    ScoreIntervals Micro, ScoreIntervals Macro, ScoreIntervals Weighted, ScoreIntervals Samples);
