using ChestXray.Model.Evaluation;

namespace ChestXray.Model;

/// <summary>The difference of two models' areas on the same images, by paired patient bootstrap.</summary>
/// <param name="Difference">First model minus second.</param>
/// <param name="Interval">95 % interval of the difference; null where it is undefined in more than a tenth of the draws.</param>
/// <param name="PValue">Two-sided: how often the redrawn difference has the other sign, doubled; null with the interval.</param>
public sealed record ModelComparison(double Difference, Interval? Interval, double? PValue)
{
    /// <summary>
    /// <see cref="PValue"/> after Holm's correction for as many findings as were compared: of fourteen one will differ
    /// "significantly" by chance in every second comparison. Null with it; for `mean` the same as it.
    /// </summary>
    public double? HolmPValue { get; init; }

    /// <summary>Compares by finding; the entry `mean` holds the mean over the findings that both can define.</summary>
    /// <param name="first">One model's predictions.</param>
    /// <param name="second">The other's, of the same images in the same order.</param>
    /// <param name="draws">How often the patients are drawn.</param>
    /// <param name="seed">The seed of those draws.</param>
    /// <returns>By finding; those with one sign only are left out.</returns>
    /// <exception cref="ArgumentException">Other images, labels or findings, or images without patients.</exception>
    public static IReadOnlyDictionary<string, ModelComparison> OfAreas(
        Predictions first, Predictions second, int draws = 2000, ulong seed = 0)
    {
        RefuseOthers(first, second);
        DrawnScores firstDraws = PatientBootstrap.Run(first, [], [], draws, seed),
            secondDraws = PatientBootstrap.Run(second, [], [], draws, seed);
        Dictionary<string, ModelComparison> result = [];
        List<double> differences = [];
        double[] sums = new double[draws];
        int[] counts = new int[draws];
        for (int finding = 0; finding < first.Findings.Count; finding++)
        {
            if (Area(first, finding) is not { } a || Area(second, finding) is not { } b)
                continue;
            double[] redrawn = [.. firstDraws.Scores(finding)
                .Zip(secondDraws.Scores(finding), (one, other) => one.RocAuc - other.RocAuc)];
            result[first.Findings[finding]] = Of(a - b, redrawn);
            differences.Add(a - b);
            for (int draw = 0; draw < draws; draw++)
            {
                sums[draw] += double.IsNaN(redrawn[draw]) ? 0 : redrawn[draw];
                counts[draw] += double.IsNaN(redrawn[draw]) ? 0 : 1;
            }
        }

        Correct(result);
        if (differences.Count > 0)
            result["mean"] = WithOwnHolm(
                Of(differences.Average(), [.. sums.Zip(counts, (sum, count) => count == 0 ? double.NaN : sum / count)]));
        return result;
    }

    private static ModelComparison Of(double difference, double[] redrawn)
    {
        Interval? interval = PatientBootstrap.Middle(redrawn);
        int defined = redrawn.Count(value => !double.IsNaN(value));
        int fewer = Math.Min(redrawn.Count(value => value <= 0), redrawn.Count(value => value >= 0));
        // The drawn set itself is one more draw, so that no p is 0.
        return new(difference, interval, interval is null ? null : Math.Min(1, 2.0 * (fewer + 1) / (defined + 1)));
    }

    private static ModelComparison WithOwnHolm(ModelComparison comparison) => comparison with { HolmPValue = comparison.PValue };

    /// <summary>Holm 1979: the k-th smallest of m p-values times m - k + 1, never falling.</summary>
    private static void Correct(Dictionary<string, ModelComparison> comparisons)
    {
        string[] names = [.. comparisons.Where(pair => pair.Value.PValue is not null).OrderBy(pair => pair.Value.PValue)
            .Select(pair => pair.Key)];
        double highest = 0;
        for (int i = 0; i < names.Length; i++)
        {
            highest = Math.Max(highest, Math.Min(1, comparisons[names[i]].PValue!.Value * (names.Length - i)));
            comparisons[names[i]] = comparisons[names[i]] with { HolmPValue = highest };
        }
    }

    private static double? Area(Predictions predictions, int finding) =>
        RankedScores.Of(predictions.Probabilities(finding), predictions.Labels(finding)).RocAuc();

    private static void RefuseOthers(Predictions first, Predictions second)
    {
        if (first.Images is null || second.Images is null)
            throw new ArgumentException("A paired comparison draws patients: give predictions with image facts.");
        if (!first.Findings.SequenceEqual(second.Findings) || !first.Images.Select(Key).SequenceEqual(second.Images.Select(Key)))
            throw new ArgumentException("The two models were not measured on the same images and findings in the same order.");
        for (int finding = 0; finding < first.Findings.Count; finding++)
        {
            if (!first.Labels(finding).SequenceEqual(second.Labels(finding)))
                throw new ArgumentException($"The two models were measured with different labels of {first.Findings[finding]}.");
        }
    }

    private static (string, int) Key(ImageFacts image) => (image.Name, image.PatientId);
}
