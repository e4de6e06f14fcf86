namespace ChestXray.Model.Evaluation;

/// <summary>Turns bootstrap draws into intervals.</summary>
internal static class Intervals
{
    /// <summary>Of one finding.</summary>
    public static FindingIntervals Of(WeightedScores[] draws) => new(
        PatientBootstrap.Middle(draws.Select(draw => draw.RocAuc)),
        PatientBootstrap.Middle(draws.Select(draw => draw.AveragePrecision)),
        PatientBootstrap.Middle(draws.Select(draw => draw.Counts.DetectedPositivePercent ?? double.NaN)),
        PatientBootstrap.Middle(draws.Select(draw => draw.Counts.DetectedNegativePercent ?? double.NaN)),
        PatientBootstrap.Middle(draws.Select(draw => draw.Counts.Scores.Precision)),
        PatientBootstrap.Middle(draws.Select(draw => draw.Counts.Scores.Recall)),
        PatientBootstrap.Middle(draws.Select(draw => draw.Counts.Scores.F1)));

    /// <summary>Of the findings together: means of the areas, pairs for the counts. A draw's undefined areas are left out of its mean.</summary>
    /// <param name="findings">By finding, then by draw.</param>
    public static FindingIntervals OfAll(WeightedScores[][] findings)
    {
        WeightedScores[] all = new WeightedScores[findings[0].Length];
        for (int draw = 0; draw < all.Length; draw++)
        {
            int at = draw;
            WeightedScores[] one = [.. findings.Select(finding => finding[at])];
            all[draw] = new(
                Mean(one.Select(score => score.RocAuc)), Mean(one.Select(score => score.AveragePrecision)),
                one.Sum(score => score.TruePositives), one.Sum(score => score.FalsePositives),
                one.Sum(score => score.Positives), one.Sum(score => score.Negatives));
        }

        return Of(all);
    }

    private static double Mean(IEnumerable<double> values) =>
        values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}
