namespace ChestXray.Model;

/// <summary>One loss of a run: how it trained and what it is worth on the test set.</summary>
/// <param name="Loss">Which loss.</param>
/// <param name="Training">Its history and weights.</param>
/// <param name="TestSeconds">Wall time of the pass over the test set.</param>
/// <param name="Validation">Predictions on the validation set: thresholds are chosen there.</param>
/// <param name="Predictions">On the test set.</param>
/// <param name="Prevalence">The share of positives that the class weights stand for, by finding.</param>
/// <param name="Evaluation">What they are worth.</param>
public sealed record LossOutcome(
    LossKind Loss, TrainingResult Training, double TestSeconds, Predictions Validation, Predictions Predictions,
    IReadOnlyList<double>? Prevalence, EvaluationResult Evaluation);
