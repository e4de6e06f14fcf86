namespace ChestXray.Pipeline;

/// <summary>One row of the label file.</summary>
/// <param name="FileName">The image's name as the row gives it, without a folder: `00000013_005.png`.</param>
/// <param name="FindingBits">Bit i is set where the image has finding i of <see cref="Findings"/>; 0 is `No Finding`.</param>
/// <param name="PatientId">The patient's number in the data set.</param>
/// <param name="FollowUp">The row's follow-up number; -1 where the file has no such column.</param>
/// <param name="Age">
/// In years as the file gives it (the 2017 file holds ages up to 414); -1 where there is no such column.
/// </param>
/// <param name="Sex">`M`, `F` or what the file says; '\0' where there is no such column.</param>
/// <param name="View">`PA`, `AP` or what the file says; empty where there is no such column.</param>
public readonly record struct LabelRow(
    string FileName, ushort FindingBits, int PatientId, int FollowUp, int Age, char Sex, string View)
{
    /// <summary>The name that joins a row with its image: <see cref="FileName"/> without its extension.</summary>
    public ReadOnlySpan<char> Stem => Path.GetFileNameWithoutExtension(FileName.AsSpan());

    /// <summary>Whether the image has the finding of this column (0 to 13).</summary>
    public bool Has(int finding) => (FindingBits >> finding & 1) != 0;
}
