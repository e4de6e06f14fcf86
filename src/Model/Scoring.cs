using ChestXray.Model.Evaluation;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>Measures anybody's predictions: a CSV of probabilities against the data set's label file.</summary>
public static class Scoring
{
    /// <summary>Reads both files, joins them by file name (extensions may differ) and computes every measure.</summary>
    /// <param name="predictionsPath">
    /// CSV, plain or gzip: `Image Index` and the 14 findings, in any order; other columns are passed over.
    /// </param>
    /// <param name="labelsPath">The label file, plain or gzip; images without predictions are left out.</param>
    /// <param name="options">Thresholds; null for 0.5 everywhere.</param>
    /// <exception cref="InvalidDataException">
    /// A file that is missing, empty or cut off, a missing column, an image without labels or named twice, a value that is no
    /// probability. The message names file, line and value.
    /// </exception>
    /// <exception cref="DataSetException">The label file is missing, cut off or damaged.</exception>
    /// <exception cref="ArgumentException">A threshold outside 0 to 1.</exception>
    public static EvaluationResult Score(string predictionsPath, string labelsPath, EvaluationOptions? options = null) =>
        Evaluator.Evaluate(Read(predictionsPath, labelsPath), options);

    /// <summary>Measures at one threshold for all findings.</summary>
    /// <inheritdoc cref="Score(string, string, EvaluationOptions?)"/>
    /// <param name="predictionsPath">CSV, plain or gzip.</param>
    /// <param name="labelsPath">The label file, plain or gzip.</param>
    /// <param name="threshold">From 0 to 1; an image counts as positive above it.</param>
    public static EvaluationResult Score(string predictionsPath, string labelsPath, double threshold) =>
        Score(predictionsPath, labelsPath, new EvaluationOptions { Threshold = threshold });

    /// <summary>Reads both files and joins them, for those who want the curves too.</summary>
    /// <param name="predictionsPath">CSV, plain or gzip.</param>
    /// <param name="labelsPath">The label file, plain or gzip.</param>
    /// <exception cref="InvalidDataException">As <see cref="Score(string, string, EvaluationOptions?)"/> says.</exception>
    public static Predictions Read(string predictionsPath, string labelsPath) =>
        PredictionFile.Read(predictionsPath, Findings.Names, LabelRows.Read(labelsPath), labelsPath);
}
