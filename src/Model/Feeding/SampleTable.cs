using System.Numerics;
using ChestXray.Pipeline;

namespace ChestXray.Model.Feeding;

/// <summary>
/// The samples of one set: which record, how often augmented, which labels. Filled once, then read from any thread.
/// </summary>
internal sealed class SampleTable
{
    /// <summary>
    /// Under it lie the guide's ten findings and Edema, which it forgot, on the whole data set: Nodule has 5.7 % there.
    /// </summary>
    public const double RareShare = 0.06;

    private readonly List<int> _records = [];
    private readonly List<byte> _passes = [];
    private readonly List<ushort> _labels = [];

    public int Count => _records.Count;

    /// <summary>Adds a sample; passes 0 leaves its record as it is.</summary>
    public void Add(int record, int passes, ushort findingBits)
    {
        _records.Add(record);
        _passes.Add(checked((byte)passes));
        _labels.Add(findingBits);
    }

    public int Record(int sample) => _records[sample];

    public int Passes(int sample) => _passes[sample];

    public ushort FindingBits(int sample) => _labels[sample];

    /// <summary>The images as they are.</summary>
    public static SampleTable Plain(IEnumerable<SetImage> images)
    {
        SampleTable table = new();
        foreach (SetImage image in images)
            table.Add(image.Record.Number, 0, image.Label.FindingBits);
        return table;
    }

    /// <summary>The images, then one copy of each that the recipe augments.</summary>
    public static SampleTable Of(Recipe recipe, IReadOnlyCollection<SetImage> images) =>
        WithCopies(images, CopyRule(recipe, [.. images.Select(image => image.Label.FindingBits)]));

    /// <summary>How often the extra copy of an image with these findings is rotated and zoomed; 0 where it gets none.</summary>
    /// <param name="recipe">
    /// Whether the guide's ten findings or all rare ones count, and whether once or for each of them.
    /// </param>
    /// <param name="labels">The findings of all training images.</param>
    public static Func<ushort, int> CopyRule(Recipe recipe, IReadOnlyCollection<ushort> labels)
    {
        int copied = recipe.HasFlag(Recipe.RareCopies)
            ? RareBits(labels) : GuideAugmentation.ListedBits, most = recipe.HasFlag(Recipe.OneTurn) ? 1 : int.MaxValue;
        return bits => int.Min(most, BitOperations.PopCount((uint)(bits & copied)));
    }

    /// <summary>Bit i is set where fewer than <see cref="RareShare"/> of the images carry finding i.</summary>
    private static int RareBits(IReadOnlyCollection<ushort> labels)
    {
        int rare = 0;
        for (int finding = 0; finding < Findings.Count; finding++)
        {
            if (labels.Count(bits => (bits >> finding & 1) != 0) < RareShare * labels.Count)
                rare |= 1 << finding;
        }

        return rare;
    }

    /// <summary>Class weights of these samples, copies counted.</summary>
    public ClassWeights Weights()
    {
        int[] positives = new int[Findings.Count];
        foreach (ushort bits in _labels)
        {
            for (int finding = 0; finding < positives.Length; finding++)
                positives[finding] += bits >> finding & 1;
        }

        return ClassWeights.From(Count, positives);
    }

    private static SampleTable WithCopies(IReadOnlyCollection<SetImage> images, Func<ushort, int> rule)
    {
        SampleTable table = Plain(images);
        foreach (SetImage image in images)
        {
            if (rule(image.Label.FindingBits) is var passes and > 0)
                table.Add(image.Record.Number, passes, image.Label.FindingBits);
        }

        return table;
    }
}
