namespace ChestXray.Model;

/// <summary>The last four rows of a multilabel classification report.</summary>
/// <param name="Micro">Over all (image, finding) pairs together.</param>
/// <param name="Macro">The plain mean of the findings.</param>
/// <param name="Weighted">The mean of the findings weighted by their support.</param>
/// <param name="Samples">The mean over images, each scored on its own findings; an image without any counts as 0.</param>
public sealed record ReportAverages(ClassScores Micro, ClassScores Macro, ClassScores Weighted, ClassScores Samples);
