namespace ChestXray.Pipeline;

/// <summary>The 14 findings of NIH ChestX-ray14, in the data set's own spelling and the guide's alphabetical order.</summary>
/// <remarks>The position of a name here is its column in every label row, weight vector and prediction of this project.</remarks>
public static class Findings
{
    /// <summary>How many findings there are: 14.</summary>
    public const int Count = 14;

    /// <summary>What the label file says of an image with none of the 14.</summary>
    public const string NoFinding = "No Finding";

    private static readonly string[] _names =
    [
        "Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Effusion", "Emphysema", "Fibrosis",
        "Hernia", "Infiltration", "Mass", "Nodule", "Pleural_Thickening", "Pneumonia", "Pneumothorax",
    ];

    /// <summary>The names by column.</summary>
    public static IReadOnlyList<string> Names => _names;

    /// <summary>The column of a finding, or -1 for a name that is none of the 14 (`No Finding` included). Case counts.</summary>
    public static int IndexOf(ReadOnlySpan<char> name)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            if (name.SequenceEqual(_names[i]))
                return i;
        }

        return -1;
    }
}
