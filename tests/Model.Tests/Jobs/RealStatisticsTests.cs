using System.Text.Json;
using ChestXray.Model.Feeding;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Jobs;

public class RealStatisticsTests
{
    [Theory]
    [InlineData("nih-original", 48)]
    [InlineData("nih-256", 1000)]
    public void Sums_in_the_manifest_give_every_file_s_and_the_set_s_golden_mean_and_deviation(string set, int files)
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(SharedData.Require("golden/tensorflow/decode.json")));
        using TemporaryFolder folder = new();
        DataSetIndex index = DataSetIndex.Read(SharedData.Require(set));

        PrepareResult prepared = StoreBuilder.Prepare(index, folder.Path, new());

        Assert.Equal((files, 0), (prepared.Decoded, prepared.Quarantine.Count));
        using RecordStore store = RecordStore.Open(prepared.Folder, new());
        JsonElement perFile = golden.RootElement.GetProperty("files");
        foreach (IndexedImage image in index.Images)
        {
            Assert.True(store.TryFind(image.Label.Stem.ToString(), out StoredRecord record));
            PixelStatistics own = PixelStatistics.Of([record], 224 * 224);
            JsonElement expected = perFile.GetProperty($"{set}/{Path.GetFileName(image.Path)}");
            AssertClose(expected.GetProperty("mean").GetDouble(), own.Mean);
            AssertClose(expected.GetProperty("std").GetDouble(), own.StandardDeviation);
        }

        PixelStatistics all = PixelStatistics.Of(store.Records, 224 * 224);
        JsonElement statistics = golden.RootElement.GetProperty("statistics").GetProperty(set);
        AssertClose(statistics.GetProperty("mean").GetDouble(), all.Mean);
        AssertClose(statistics.GetProperty("std").GetDouble(), all.StandardDeviation);
    }

    [Fact]
    public void The_guide_s_sets_of_the_thousand_files_have_its_sizes_weights_and_stream()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(SharedData.Require("golden/tensorflow/training.json")));
        using TemporaryFolder folder = new();
        DataSetIndex index = DataSetIndex.Read(SharedData.Require("nih-256"));
        PrepareResult prepared = StoreBuilder.Prepare(index, folder.Path, new());
        using RecordStore store = RecordStore.Open(prepared.Folder, new());

        TrainingData data = TrainingData.Make(index, PatientSplit.Guide(index.Labels, new()), store);

        Assert.Equal(golden.RootElement.GetProperty("images").EnumerateArray().Select(count => count.GetInt32()),
            data.Sets.Values.Select(set => set.Count));
        Assert.Equal(golden.RootElement.GetProperty("samples_per_epoch").GetInt32(),
            SampleTable.Of(Recipe.Guide, [.. data.Sets[SplitSet.Train]]).Count);
        JsonElement[] weights = [.. golden.RootElement.GetProperty("class_weights").EnumerateArray()];
        Assert.Equal(weights.Select(weight => weight.GetProperty("negative").GetDouble()), data.Weights.Negative);
        Assert.Equal(weights.Select(weight => weight.GetProperty("positive").GetDouble()), data.Weights.Positive);
    }

    private static void AssertClose(double expected, double actual) => Assert.Equal(expected, actual, 1e-6 * Math.Abs(expected));
}
