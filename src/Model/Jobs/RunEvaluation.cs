using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>How a run's test set is measured: the same when it was just trained and when it is opened again.</summary>
internal static class RunEvaluation
{
    /// <summary>
    /// The guide's recipe is measured at 0.5 and the improved one at thresholds of the validation set; each at the others, too.
    /// </summary>
    /// <param name="recipe">The run's.</param>
    /// <param name="validation">Predictions of its validation set; null for an older run that kept none.</param>
    /// <param name="prevalence">By finding, as the class weights have it; null where unknown.</param>
    public static EvaluationOptions Options(Recipe recipe, Predictions? validation, IReadOnlyList<double>? prevalence)
    {
        ChosenThresholds? chosen = validation is null ? null : ChosenThresholds.HighestF1(validation);
        ChosenThresholds? shares = prevalence is null ? null : ChosenThresholds.AtPrevalence(prevalence);
        bool isMain = recipe.HasFlag(Recipe.ChosenThresholds);
        return new()
        {
            Thresholds = isMain ? chosen : null,
            AlsoAt = [.. new[] { isMain ? null : chosen, shares }.OfType<ChosenThresholds>()],
            Subgroups = true,
        };
    }

    /// <summary>The share of positives that makes both signs weigh the same: w0 / (w0 + w1) = positives / images.</summary>
    public static double[]? Prevalence(ClassWeights? weights) => weights is null
        ? null
        : [.. weights.Negative.Zip(weights.Positive, (negative, positive) => positive == 0
            ? 0 : negative / (negative + positive))];
}
