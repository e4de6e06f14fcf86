using System.Numerics;

namespace ChestXray.Pipeline;

/// <summary>
/// Which training images the guide augments: those with at least one of ten findings that it calls under-represented.
/// </summary>
/// <remarks>Edema, rarer than two of the listed, is not among them: the guide's choice, kept by the recipe `guide`.</remarks>
public static class GuideAugmentation
{
    private static readonly string[] _listed =
    [
        "Hernia", "Pneumonia", "Fibrosis", "Emphysema", "Pleural_Thickening", "Cardiomegaly", "Consolidation", "Pneumothorax",
        "Mass", "Nodule",
    ];

    /// <summary>The ten findings, in the guide's order.</summary>
    public static IReadOnlyList<string> Listed => _listed;

    /// <summary>Bit i is set where finding i is listed.</summary>
    public static ushort ListedBits { get; } = (ushort)_listed.Sum(name => 1 << Findings.IndexOf(name));

    /// <summary>
    /// How often the extra copy of an image is rotated and zoomed: its listed findings; 0 where it gets no copy.
    /// </summary>
    public static int Passes(ushort findingBits) => BitOperations.PopCount((uint)(findingBits & ListedBits));
}
