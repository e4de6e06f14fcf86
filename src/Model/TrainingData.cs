using System.IO.Hashing;
using System.Text;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>The three sets of a run with their records, statistics and class weights. Immutable.</summary>
public sealed class TrainingData
{
    private TrainingData(IReadOnlyDictionary<SplitSet, IReadOnlyList<SetImage>> sets, StoreLayout layout)
    {
        Sets = sets;
        int[] positives = Positives(SplitSet.Train);
        Weights = ClassWeights.From(sets[SplitSet.Train].Count, positives);
        Statistics = PixelStatistics.Of(sets[SplitSet.Train].Select(image => image.Record), layout.Size * layout.Size);
    }

    /// <summary>Each set's images that have a record, in the order of their label rows.</summary>
    public IReadOnlyDictionary<SplitSet, IReadOnlyList<SetImage>> Sets { get; }

    /// <summary>The guide's class weights of the training images.</summary>
    public ClassWeights Weights { get; }

    /// <summary>Mean and deviation of the training images.</summary>
    public PixelStatistics Statistics { get; }

    /// <summary>Deals images that have a record to the sets of a split, and checks that no patient is in two.</summary>
    /// <param name="index">The images.</param>
    /// <param name="split">The patients' sets.</param>
    /// <param name="store">The records.</param>
    /// <param name="shuffleLabels">
    /// A control: labels are dealt anew to the images at random; what is learned then must be worth nothing.
    /// </param>
    /// <param name="seed">Of that deal.</param>
    /// <exception cref="DataSetException">A set without an image.</exception>
    public static TrainingData Make(
        DataSetIndex index, PatientSplit split, RecordStore store, bool shuffleLabels = false, ulong seed = 0)
    {
        Dictionary<SplitSet, List<SetImage>> sets = Enum.GetValues<SplitSet>()
            .ToDictionary(set => set, _ => new List<SetImage>());
        foreach (IndexedImage image in index.Images)
        {
            if (store.TryFind(image.Label.Stem.ToString(), out StoredRecord record))
                sets[split.SetOf(image.Label.PatientId)].Add(new(image.Label, record));
        }

        foreach ((SplitSet set, List<SetImage> images) in sets)
        {
            if (images.Count == 0)
            {
                throw new DataSetException(
                    $"The {set} set has no image: {split.Patients[set].Count:N0} patients of the label file belong to it and none of their " +
                    "images is at hand. Bring more images, or choose other shares with --test-size and --val-size.");
            }

            if (shuffleLabels)
                DealLabels(images, seed, (int)set);
        }

        RefuseLeak(sets);
        return new(sets.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<SetImage>)pair.Value), store.Layout);
    }

    /// <summary>What a store's manifest says of a split.</summary>
    /// <param name="name">Of the split.</param>
    public StoredSplit Describe(string name)
    {
        XxHash3 hash = new();
        foreach (SplitSet set in Enum.GetValues<SplitSet>())
        {
            foreach (SetImage image in Sets[set])
                hash.Append(Encoding.UTF8.GetBytes($"{set}\t{image.Label.Stem}\n"));
        }

        return new(
            name, Sets[SplitSet.Train].Count, Sets[SplitSet.Validation].Count, Sets[SplitSet.Test].Count,
            hash.GetCurrentHashAsUInt64(), Statistics.Mean,
            Statistics.StandardDeviation);
    }

    /// <summary>Images of a set with each finding.</summary>
    public int[] Positives(SplitSet set)
    {
        int[] counts = new int[Findings.Count];
        foreach (SetImage image in Sets[set])
        {
            for (int finding = 0; finding < counts.Length; finding++)
                counts[finding] += image.Label.FindingBits >> finding & 1;
        }

        return counts;
    }

    /// <summary>Findings that a set can't measure, and those that training can't learn, a sentence each.</summary>
    public IEnumerable<string> Gaps()
    {
        foreach (SplitSet set in Enum.GetValues<SplitSet>())
        {
            int[] positives = Positives(set);
            string consequence = set == SplitSet.Train
                ? "the weight of the missing sign is 0" : "its AUC is null there and left out of means";
            for (int finding = 0; finding < positives.Length; finding++)
            {
                if (positives[finding] == 0 || positives[finding] == Sets[set].Count)
                {
                    string sign = positives[finding] == 0 ? "positive" : "negative";
                    yield return $"{Findings.Names[finding]} has no {sign} image in the {set.ToString().ToLowerInvariant()} set: {consequence}.";
                }
            }
        }
    }

    private static void DealLabels(List<SetImage> images, ulong seed, int set)
    {
        Permutation deal = new(images.Count, seed ^ 0x5eed_1abe15, set);
        ushort[] labels = [.. images.Select(image => image.Label.FindingBits)];
        for (int i = 0; i < labels.Length; i++)
            images[i] = images[i] with { Label = images[i].Label with { FindingBits = labels[deal[i]] } };
    }

    private static void RefuseLeak(Dictionary<SplitSet, List<SetImage>> sets)
    {
        Dictionary<int, SplitSet> seen = [];
        foreach ((SplitSet set, List<SetImage> images) in sets)
        {
            foreach (SetImage image in images)
            {
                if (!seen.TryAdd(image.Label.PatientId, set) && seen[image.Label.PatientId] != set)
                {
                    throw new DataSetException(
                        $"Patient {image.Label.PatientId} has images in the {seen[image.Label.PatientId]} set and in the {set} set: the split leaks.");
                }
            }
        }
    }
}
