using ChestXray.Model.Evaluation;

namespace ChestXray.Model;

/// <summary>
/// How far a model of the plain loss, asked at the prevalence, answers as one of the weighted loss does at 0.5: shares of
/// (image, finding) pairs.
/// </summary>
/// <param name="AgreementAtPrevalence">Weighted at 0.5 and plain at the prevalence say the same.</param>
/// <param name="AgreementAtPrevalenceInterval">Its 95 % interval by patient bootstrap; null where none was drawn.</param>
/// <param name="AgreementAtHalf">Weighted at 0.5 and plain at 0.5 say the same.</param>
/// <param name="AgreementAtHalfInterval">Its 95 % interval.</param>
public sealed record LossEquivalence(
    double AgreementAtPrevalence, Interval? AgreementAtPrevalenceInterval, double AgreementAtHalf,
    Interval? AgreementAtHalfInterval)
{
    /// <summary>Counts.</summary>
    /// <param name="weighted">Predictions of the weighted loss.</param>
    /// <param name="plain">Those of the plain loss, of the same images.</param>
    /// <param name="prevalence">The share of training images with the finding, by finding.</param>
    /// <param name="draws">How often patients are drawn; 0 for no intervals.</param>
    /// <exception cref="ArgumentException">Other images or findings, or not one share for each.</exception>
    public static LossEquivalence Of(Predictions weighted, Predictions plain, IReadOnlyList<double> prevalence, int draws = 2000)
    {
        if (weighted.Count != plain.Count || !weighted.Findings.SequenceEqual(plain.Findings)
            || prevalence.Count != plain.Findings.Count)
            throw new ArgumentException($"{weighted.Count} and {plain.Count} images, {prevalence.Count} shares of {plain.Findings.Count} findings: they must agree.");
        double[] atPrevalence = new double[plain.Count], atHalf = new double[plain.Count];
        for (int finding = 0; finding < prevalence.Count; finding++)
        {
            ReadOnlySpan<double> one = weighted.Probabilities(finding), other = plain.Probabilities(finding);
            for (int i = 0; i < atHalf.Length; i++)
            {
                bool isCalled = one[i] > 0.5;
                atPrevalence[i] += isCalled == other[i] > prevalence[finding] ? 1.0 / prevalence.Count : 0;
                atHalf[i] += isCalled == other[i] > 0.5 ? 1.0 / prevalence.Count : 0;
            }
        }

        Interval?[] intervals = draws == 0 || weighted.Images is null
            ? [null, null] : PatientBootstrap.OfMeans(weighted, [atPrevalence, atHalf], draws, 0);
        return new(atPrevalence.Average(), intervals[0], atHalf.Average(), intervals[1]);
    }
}
