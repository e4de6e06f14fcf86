using ChestXray.Model.Evaluation;

namespace ChestXray.Model;

/// <summary>
/// One threshold per finding, with where they come from: a set that was measured to choose them must not judge them. Immutable.
/// </summary>
public sealed class ChosenThresholds
{
    /// <summary>The name of thresholds that were chosen on a validation set.</summary>
    public const string Validation = "validation";

    /// <summary>The name of thresholds that are the findings' prevalences.</summary>
    public const string Prevalence = "prevalence";

    private readonly IReadOnlySet<int> _patients;

    private ChosenThresholds(string source, IReadOnlyList<double> values, IReadOnlySet<int> patients)
    {
        foreach (double value in values)
        {
            if (!(value >= 0 && value <= 1))
                throw new ArgumentException($"The threshold {value} is no probability: give one from 0 to 1 for each finding.",
                    nameof(values));
        }

        (Source, Values, _patients) = (source, values, patients);
    }

    /// <summary>`validation`, `prevalence`, or the name that was given.</summary>
    public string Source { get; }

    /// <summary>By finding, each from 0 to 1.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>
    /// For each finding the threshold with the highest F1; 0.5 for a finding without a positive image or probability.
    /// </summary>
    /// <param name="validation">Predictions of the validation set.</param>
    /// <returns>
    /// By finding. Halfway to the next lower probability, so that equal ones fall on the same side; ties take the higher.
    /// </returns>
    public static ChosenThresholds HighestF1(Predictions validation)
    {
        double[] thresholds = new double[validation.Findings.Count];
        Parallel.For(0, thresholds.Length, finding =>
            thresholds[finding] = Choose(RankedScores.Of(validation.Probabilities(finding), validation.Labels(finding))));
        return new(Validation, thresholds, (validation.Images ?? []).Select(image => image.PatientId).ToHashSet());
    }

    /// <summary>
    /// The share of training images with the finding: where a model of the plain loss answers as one of the weighted loss does
    /// at 0.5.
    /// </summary>
    /// <param name="shares">By finding, 0 to 1.</param>
    /// <exception cref="ArgumentException">A share outside 0 to 1.</exception>
    public static ChosenThresholds AtPrevalence(IReadOnlyList<double> shares) => new(Prevalence, shares, new HashSet<int>());

    /// <summary>Thresholds from elsewhere.</summary>
    /// <param name="source">A word for them.</param>
    /// <param name="values">By finding.</param>
    /// <param name="patients">Those on whose images they were chosen; null where none were looked at.</param>
    /// <exception cref="ArgumentException">A value outside 0 to 1.</exception>
    public static ChosenThresholds Given(string source, IReadOnlyList<double> values, IEnumerable<int>? patients = null) =>
        new(source, values, (patients ?? []).ToHashSet());

    /// <summary>
    /// How many patients of a set the thresholds were chosen on; more than none makes the figures at them too good.
    /// </summary>
    /// <param name="measured">The set that is to be measured.</param>
    public int PatientsShared(Predictions measured) =>
        (measured.Images ?? []).Select(image => image.PatientId).Distinct().Count(_patients.Contains);

    private static double Choose(RankedScores ranked)
    {
        if (ranked.Positives == 0)
            return 0.5;

        int best = 0;
        double highest = -1;
        // No threshold from 0 to 1 lies under a probability of 0.
        for (int i = 0; i < ranked.Values.Length && ranked.Values[i] > 0; i++)
        {
            int called = ranked.TruePositives[i] + ranked.FalsePositives[i];
            double f1 = 2.0 * ranked.TruePositives[i] / (called + ranked.Positives);
            if (f1 > highest)
                (best, highest) = (i, f1);
        }

        if (highest < 0)
            return 0.5;
        double next = best + 1 < ranked.Values.Length ? ranked.Values[best + 1] : 0;
        // Two neighbouring doubles have no number between them: the lower one is then the threshold, and the upper one lies
        // above it.
        double middle = next + (ranked.Values[best] - next) / 2;
        return middle < ranked.Values[best] ? middle : next;
    }
}
