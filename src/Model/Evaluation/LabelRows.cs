using ChestXray.Pipeline;

namespace ChestXray.Model.Evaluation;

/// <summary>The data set's label file, as scoring joins it.</summary>
internal static class LabelRows
{
    /// <summary>Labels and facts by file name without extension.</summary>
    /// <exception cref="DataSetException">
    /// The file is missing, cut off, without a needed column, or holds an unknown finding.
    /// </exception>
    public static Dictionary<string, ImageLabels> Read(string path) => LabelTable.Read(path).Rows.ToDictionary(
        row => row.Stem.ToString(),
        row => new ImageLabels(new(row.FileName, row.PatientId, row.Age, row.Sex, row.View), row.FindingBits),
        StringComparer.Ordinal);
}
