namespace ChestXray.Model.Reporting;

/// <summary>Refuses data that would make a page with empty or shifted columns.</summary>
internal static class ReportCheck
{
    /// <summary>Returns where all lists fit together.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public static void Refuse(ReportData data)
    {
        if (data.Models.Count == 0)
            throw new ArgumentException("The run has no trained model: there is nothing to report.", nameof(data));

        IReadOnlyList<string> findings = data.Models[0].Test.Findings;
        foreach (TrainedModel model in data.Models)
        {
            if (!model.Test.Findings.SequenceEqual(findings))
                throw new ArgumentException($"The model '{model.Loss}' has other findings than '{data.Models[0].Loss}'.",
                    nameof(data));
        }

        if (data.TrainingPrevalence is { } shares && shares.Count != findings.Count)
            throw new ArgumentException($"{shares.Count} training prevalences for {findings.Count} findings.", nameof(data));
        foreach (SetSummary set in data.Sets)
        {
            if (set.Positives.Count != findings.Count)
                throw new ArgumentException($"The set '{set.Name}' counts {set.Positives.Count} of {findings.Count} findings.",
                    nameof(data));
        }
    }
}
