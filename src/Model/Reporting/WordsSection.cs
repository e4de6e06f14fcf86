using System.Globalization;

namespace ChestXray.Model.Reporting;

/// <summary>What each measure means, in a sentence or two.</summary>
internal static class WordsSection
{
    public static string Render(ReportData data)
    {
        IReadOnlyCollection<FindingResult> findings = [.. data.Models[0].Result.PerDisease.Values];
        string never = (100 * findings.Average(finding => 1 - finding.Prevalence)).ToString("0.0", CultureInfo.InvariantCulture);
        return $"""
            <section id="words">
            <h2>What each measure means</h2>
            <dl class="words">
            <div><dt>AUC, exact</dt><dd>Take one image with the finding and one without: the chance that the first gets the higher
            probability (ties count half). 1 is perfect order, 0.5 guessing, less than 0.5 the wrong way round. It needs no threshold, and says
            nothing of whether the probabilities themselves are right.</dd></div>
            <div><dt>AUC, Keras (200)</dt><dd>The same area drawn through 200 fixed thresholds, as the training curves show it. Where all
            probabilities of a rare finding lie under 0.05, ten thresholds are left, and the area comes out too small.</dd></div>
            <div><dt>Average precision</dt><dd>The area under precision against recall. A model that guesses reaches the share of
            positive images, so 0.2 is much for a finding of 1 % and little for one of 20 %.</dd></div>
            <div><dt>Accuracy</dt><dd>The share of (image, finding) pairs on the right side of 0.5. Saying &#8220;nothing&#8221; to every image
            of this test set is {never} % accurate and finds nobody: do not judge by it.</dd></div>
            <div><dt>Precision</dt><dd>Of the images called positive, the share that is. 0 where none is called so.</dd></div>
            <div><dt>Recall</dt><dd>Of the positive images, the share that is called so; the same as &#8220;positive images detected&#8221;.</dd></div>
            <div><dt>F1</dt><dd>The harmonic mean of precision and recall: high only where both are.</dd></div>
            <div><dt>Micro, macro, weighted, samples</dt><dd>All pairs in one pot; the plain mean of the findings; their mean weighted by
            positive images; the mean over images, where an image without any finding counts 0.</dd></div>
            <div><dt>Negative images detected</dt><dd>Of the images without the finding, the share that is left in peace. What is missing to
            100 % are false alarms.</dd></div>
            <div><dt>95 % interval</dt><dd>The whole test set drawn again and again, patient by patient with replacement; the middle 95 % of
            the results. Few patients give a wide one: two models whose intervals overlap may be equally good.</dd></div>
            </dl>
            </section>
            """;
    }
}
