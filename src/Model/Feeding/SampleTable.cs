using ChestXray.Pipeline;

namespace ChestXray.Model.Feeding;

/// <summary>The samples of one set: which record, how often augmented, which labels. Filled once, then read from any thread.</summary>
internal sealed class SampleTable
{
    /// <summary>Under it lie the guide's ten findings and Edema, which it forgot, on the whole data set: Nodule has 5.7 % there.</summary>
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

    /// <summary>The images, then one copy of each that carries a rare finding, to be rotated and zoomed once.</summary>
    /// <param name="images">The training images.</param>
    /// <param name="rareShare">A finding is rare below this share of the images.</param>
    public static SampleTable Improved(IReadOnlyCollection<SetImage> images, double rareShare = RareShare)
    {
        SampleTable table = Plain(images);
        int rare = 0;
        for (int finding = 0; finding < Findings.Count; finding++)
        {
            if (images.Count(image => (image.Label.FindingBits >> finding & 1) != 0) < rareShare * images.Count)
                rare |= 1 << finding;
        }

        foreach (SetImage image in images)
        {
            if ((image.Label.FindingBits & rare) != 0)
                table.Add(image.Record.Number, 1, image.Label.FindingBits);
        }

        return table;
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

    /// <summary>The images, then one copy of each that carries a listed finding, to be rotated and zoomed once for each of them.</summary>
    public static SampleTable Guide(IReadOnlyCollection<SetImage> images)
    {
        SampleTable table = Plain(images);
        foreach (SetImage image in images)
        {
            if (GuideAugmentation.Passes(image.Label.FindingBits) is var passes and > 0)
                table.Add(image.Record.Number, passes, image.Label.FindingBits);
        }

        return table;
    }
}
