namespace ChestXray.Model.Evaluation;

/// <summary>What a reader has to know before believing a figure.</summary>
internal static class EvaluationWarnings
{
    /// <summary>
    /// Fewer patients than this make a finding's figures worth little: their intervals span a third of the scale.
    /// </summary>
    public const int FewPatients = 20;

    public static IEnumerable<string> Of(
        IReadOnlyList<string> names, FindingResult[] findings, Dictionary<string, OperatingPoint> operating,
        MeasuredPoints points)
    {
        for (int i = 0; i < findings.Length; i++)
        {
            FindingResult finding = findings[i];
            if (finding.RocAuc is null)
            {
                yield return $"{names[i]}: all {finding.Positives + finding.Negatives} images have the same sign " +
                    $"({finding.Positives} positive), so it has no ROC curve and is left out of the mean.";
            }
            else if (finding.PositivePatients < FewPatients)
            {
                string images = finding.Positives == 1
                    ? "only positive image comes" : $"{finding.Positives} positive images come";
                yield return $"{names[i]}: its {images} from {finding.PositivePatients} patient{(finding.PositivePatients == 1 ? "" : "s")}. " +
                    $"With fewer than {FewPatients} the figures of this finding say little.";
            }
        }

        foreach ((string name, OperatingPoint point) in operating.Where(pair => pair.Value.PatientsSharedWithChoice > 0))
        {
            yield return $"The thresholds '{name}' were chosen on images of {point.PatientsSharedWithChoice} of the patients that they are measured on: " +
                "precision, recall, F1 and detection at them are too good. Choose them on a validation set of other patients.";
        }

        if (points.GivenByHand is { } threshold)
        {
            yield return $"The threshold {threshold} was given by hand. If it was found by looking at these images, " +
                "the figures at it are too good; thresholds belong to a validation set.";
        }
    }
}
