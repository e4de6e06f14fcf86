using ChestXray.Kernels;
using ChestXray.Model.Feeding;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Feeding;

public sealed class StoreBatchSourceTests : IDisposable
{
    private const int Size = 32;
    private readonly TemporaryFolder _folder = new();
    private readonly RecordStore _store;
    private readonly TrainingData _data;

    public StoreBatchSourceTests()
    {
        string phantoms = Path.Combine(_folder.Path, "phantoms");
        PhantomSet.Write(phantoms, new() { Images = 120, Side = 64 });
        DataSetIndex index = DataSetIndex.Read(phantoms);
        PrepareResult prepared = StoreBuilder.Prepare(index, Path.Combine(_folder.Path, "cache"), new(Size));
        _store = RecordStore.Open(prepared.Folder, new(Size));
        _data = TrainingData.Make(index, PatientSplit.Guide(index.Labels, new()), _store);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void An_epoch_holds_every_training_image_once_and_one_copy_of_each_with_a_listed_finding()
    {
        IReadOnlyList<SetImage> train = _data.Sets[SplitSet.Train];
        SampleTable table = SampleTable.Of(Recipe.Guide, [.. train]);

        int copies = train.Count(image => GuideAugmentation.Passes(image.Label.FindingBits) > 0);
        Assert.InRange(copies, 1, train.Count - 1);
        Assert.Equal(train.Count + copies, table.Count);
        int[] plain = [.. Enumerable.Range(0, table.Count).Where(i => table.Passes(i) == 0).Select(table.Record)];
        Assert.Equal(train.Select(image => image.Record.Number), plain);
        for (int i = train.Count; i < table.Count; i++)
            Assert.Equal(GuideAugmentation.Passes(table.FindingBits(i)), table.Passes(i));
    }

    [Fact]
    public void Batches_are_the_same_for_any_batch_size_and_thread_and_differ_by_epoch_and_seed()
    {
        SampleTable table = SampleTable.Of(Recipe.Guide, [.. _data.Sets[SplitSet.Train]]);
        using StoreBatchSource source = new(_store, table, _data.Statistics, 7), other = new(_store, table, _data.Statistics, 8);
        (float[] whole, float[] labels) = Read(source, 2, 0, source.Count);

        Parallel.For(0, source.Count / 5, i =>
        {
            (float[] part, float[] partLabels) = Read(source, 2, 5 * i, 5);
            Assert.True(whole.AsSpan(5 * i * Size * Size, part.Length).SequenceEqual(part));
            Assert.True(labels.AsSpan(5 * i * Findings.Count, partLabels.Length).SequenceEqual(partLabels));
        });
        Assert.NotEqual(whole, Read(source, 3, 0, source.Count).Images);
        Assert.NotEqual(whole, Read(other, 2, 0, source.Count).Images);
    }

    [Fact]
    public void Without_augmentation_a_sample_is_its_record_standardised_in_the_table_s_order()
    {
        IReadOnlyList<SetImage> test = _data.Sets[SplitSet.Test];
        using StoreBatchSource source = new(_store, SampleTable.Plain(test), _data.Statistics, null);

        (float[] images, float[] labels) = Read(source, 0, 0, source.Count);

        for (int i = 0; i < test.Count; i++)
        {
            ReadOnlySpan<byte> record = _store.Read(test[i].Record.Number);
            for (int p = 0; p < record.Length; p++)
                Assert.Equal((record[p] - _data.Statistics.Mean) / _data.Statistics.StandardDeviation,
                    images[i * record.Length + p], 1e-5);
            for (int finding = 0; finding < Findings.Count; finding++)
                Assert.Equal(test[i].Label.Has(finding) ? 1 : 0, labels[i * Findings.Count + finding]);
        }
    }

    [Fact]
    public void Sixteen_bit_records_give_the_same_samples_up_to_rounding_to_eight_bits()
    {
        StoreLayout wide = new(Size, PixelType.U16);
        DataSetIndex index = DataSetIndex.Read(Path.Combine(_folder.Path, "phantoms"));
        PrepareResult prepared = StoreBuilder.Prepare(index, Path.Combine(_folder.Path, "cache"), wide);
        using RecordStore store = RecordStore.Open(prepared.Folder, wide);
        SampleTable table = SampleTable.Of(Recipe.Guide, [.. _data.Sets[SplitSet.Train]]);
        using StoreBatchSource narrow = new(_store, table, _data.Statistics, 7), exact = new(store, table, _data.Statistics, 7);

        float[] eight = Read(narrow, 1, 0, narrow.Count).Images, sixteen = Read(exact, 1, 0, exact.Count).Images;

        double half = 0.52 / _data.Statistics.StandardDeviation;
        Assert.True(eight.Zip(sixteen).All(pair => Math.Abs(pair.First - pair.Second) <= half));
        Assert.NotEqual(eight, sixteen);
    }

    [Fact]
    public void The_training_stream_has_the_mean_and_deviation_that_standardise_it()
    {
        using StoreBatchSource source = new(_store, SampleTable.Plain(_data.Sets[SplitSet.Train]), _data.Statistics, null);
        (float[] images, _) = Read(source, 0, 0, source.Count);
        Assert.Equal(0, images.Average(), 2e-3);
        Assert.Equal(1, images.Average(value => value * value), 4e-3);
    }

    [Fact]
    public void A_batch_allocates_nothing()
    {
        using StoreBatchSource source =
            new(_store, SampleTable.Of(Recipe.Guide, [.. _data.Sets[SplitSet.Train]]), _data.Statistics, 7);
        float[] images = new float[8 * Size * Size], labels = new float[8 * Findings.Count];
        for (int i = 0; i < 3; i++)
            source.Read(0, 0, 8, images, labels);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            source.Read(i, 0, 8, images, labels);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_position_or_span_that_does_not_fit_is_named()
    {
        using StoreBatchSource source = new(_store, SampleTable.Plain(_data.Sets[SplitSet.Test]), _data.Statistics, null);
        Assert.Contains($"has {source.Count}", Assert.Throws<ArgumentException>(() => Read(source, 0, source.Count, 1)).Message);
        Assert.Contains("10 pixels", Assert.Throws<ArgumentException>(() => source.Read(0, 0, 1, new float[10], new float[14]))
            .Message);
    }

    [Fact]
    public void No_patient_is_in_two_sets_and_weights_follow_the_training_images()
    {
        int[][] patients = [.. _data.Sets.Values.Select(set => set.Select(image => image.Label.PatientId).Distinct().ToArray())];
        Assert.Equal(patients.Sum(set => set.Length), patients.SelectMany(set => set).Distinct().Count());
        int images = _data.Sets[SplitSet.Train].Count, masses = _data.Positives(SplitSet.Train)[Findings.IndexOf("Mass")];
        Assert.Equal(1.0 / masses * (images / 2.0), _data.Weights.Positive[Findings.IndexOf("Mass")]);
    }

    private static (float[] Images, float[] Labels) Read(StoreBatchSource source, int epoch, int first, int count)
    {
        float[] images = new float[count * Size * Size], labels = new float[count * Findings.Count];
        source.Read(epoch, first, count, images, labels);
        return (images, labels);
    }

    [Fact]
    public void The_improved_recipe_copies_every_image_with_a_rare_finding_once_and_weighs_what_is_trained_on()
    {
        IReadOnlyList<SetImage> train = _data.Sets[SplitSet.Train];
        int[] positives = _data.Positives(SplitSet.Train);
        int rare = Enumerable.Range(0, Findings.Count).Where(i => positives[i] < SampleTable.RareShare * train.Count)
            .Sum(i => 1 << i);
        SampleTable table = SampleTable.Of(Recipe.Improved, train);

        Assert.InRange(table.Count, train.Count + 1, (2 * train.Count) - 1);
        Assert.Equal(
            train.Where(image => (image.Label.FindingBits & rare) != 0)
                .Select(image => (image.Record.Number, image.Label.FindingBits, 1)),
            Enumerable.Range(train.Count, table.Count - train.Count)
                .Select(i => (table.Record(i), table.FindingBits(i), table.Passes(i))));
        int[] counts = [.. Enumerable.Range(0, Findings.Count)
            .Select(f => Enumerable.Range(0, table.Count).Count(i => (table.FindingBits(i) >> f & 1) != 0))];
        Assert.Equal(ClassWeights.From(table.Count, counts).Positive, table.Weights().Positive);
    }

    [Fact]
    public void Exact_augmentation_is_Keras_own_chain_and_near_the_single_resampling()
    {
        SampleTable table = new();
        SetImage[] images = [.. _data.Sets[SplitSet.Train].Take(6)];
        for (int i = 0; i < images.Length; i++)
            table.Add(images[i].Record.Number, i % 3, 0);
        using StoreBatchSource fused = new(_store, table, _data.Statistics, 7), exact = new(_store, table, _data.Statistics, 7)
        {
            IsExact = true,
        };
        (float[] once, _) = Read(fused, 1, 0, table.Count);
        (float[] chain, _) = Read(exact, 1, 0, table.Count);

        RandomRotateZoom draws = new(0.1 * 2 * Math.PI, 0.2);
        EpochOrder order = new(table.Count, 7, 1, 0, 1);
        KerasAugmenter keras = new(Size, Size);
        float[] expected = new float[Size * Size];
        for (int i = 0; i < table.Count; i++)
        {
            int record = table.Record(order[i]), passes = table.Passes(order[i]);
            ReadOnlySpan<float> found = chain.AsSpan(i * expected.Length, expected.Length),
                other = once.AsSpan(i * expected.Length, expected.Length);
            if (passes == 0)
            {
                Assert.True(found.SequenceEqual(other));
                continue;
            }

            (double angle, double factor) = draws.Draw(7, 1, record, 0);
            keras.Run(_store.Read(record), [0], [(float)angle], [(float)factor], expected);
            if (passes == 2)
            {
                (angle, factor) = draws.Draw(7, 1, record, 1);
                keras.Again(expected, (float)angle, (float)factor);
            }

            float[] standardised = [
                .. expected.Select(value => (value - (float)_data.Statistics.Mean) / (float)_data.Statistics.StandardDeviation)];
            Assert.True(found.SequenceEqual(standardised));
            double difference = 0;
            for (int p = 0; p < expected.Length; p++)
                difference += Math.Abs(found[p] - other[p]) / expected.Length;
            Assert.InRange(difference, 1e-6, 0.35);
        }
    }
}
