using System.Text.Json;
using ChestXray.Pipeline.Dataset;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Dataset;

public sealed class PatientSplitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Printed by NumPy: `RandomState(seed).permutation(n)`.</summary>
    [Theory]
    [InlineData(0u, new[] { 2, 8, 4, 9, 1, 6, 7, 3, 0, 5 })]
    [InlineData(42u, new[] { 8, 1, 5, 0, 7, 2, 9, 4, 3, 6 })]
    [InlineData(4294967295u, new[] { 6, 9, 5, 1, 8, 0, 7, 4, 2, 3 })]
    public void The_permutation_is_NumPy_s(uint seed, int[] expected) =>
        Assert.Equal(expected, new NumpyLegacyRandom(seed).Permutation(10));

    [Fact]
    public void A_long_permutation_passes_the_generator_s_refill_and_stays_a_permutation()
    {
        int[] order = new NumpyLegacyRandom(3).Permutation(5000);
        Assert.Equal(Enumerable.Range(0, 5000), order.Order());
        Assert.Equal([2584, 4338, 4556, 3438], order[..4]);
    }

    [Fact]
    public void Every_patient_is_in_exactly_one_set_of_scikit_learn_s_size()
    {
        PatientSplit split = PatientSplit.Guide(Labels(101), new(Seed: 7));

        Assert.Equal(21, split.Patients[SplitSet.Test].Count);
        Assert.Equal(21, split.Patients[SplitSet.Validation].Count);
        Assert.Equal(Enumerable.Range(1, 101), split.Patients.Values.SelectMany(patients => patients).Order());
    }

    [Theory]
    [InlineData(0.0, 0.26)]
    [InlineData(1.0, 0.26)]
    [InlineData(double.NaN, 0.26)]
    [InlineData(0.2, -1)]
    [InlineData(0.95, 0.95)]
    public void A_share_that_leaves_a_set_empty_is_refused(double test, double validation) =>
        Assert.Throws<DataSetException>(() => PatientSplit.Guide(Labels(10), new(0, test, validation)));

    [Fact]
    public void The_official_list_is_the_test_set_and_leaks_are_refused()
    {
        LabelTable labels = Labels(20);
        string good = _folder.Write("test_list.txt", "00000003_000.png\n00000003_001.png\n00000009_000.png\n00000009_001.png\n");
        string leaking = _folder.Write("leaking.txt", "00000003_000.png\n");

        PatientSplit split = PatientSplit.Official(labels, good, new());

        Assert.Equal([3, 9], split.Patients[SplitSet.Test]);
        Assert.Equal(5, split.Patients[SplitSet.Validation].Count);
        Assert.Contains("Patient 3", Assert.Throws<DataSetException>(() => PatientSplit.Official(labels, leaking, new()))
            .Message);
        Assert.Contains("is empty", Assert.Throws<DataSetException>(
            () => PatientSplit.Official(labels, _folder.Write("no.txt", ""), new())).Message);
        Assert.Contains("--test-list", Assert.Throws<DataSetException>(() => PatientSplit.Official(labels, "missing.txt", new()))
            .Message);
    }

    [Fact]
    public void A_sign_without_an_image_weighs_nothing()
    {
        ClassWeights weights = ClassWeights.From(10, [0, 10, 4, .. Enumerable.Repeat(5, Findings.Count - 3)]);
        Assert.Equal([0.5, 0, 10 / 2.0 * (1.0 / 6)], weights.Negative.Take(3));
        Assert.Equal([0, 0.5, 1.25], weights.Positive.Take(3));
        Assert.Throws<ArgumentException>(() => ClassWeights.From(10, [0, 10, 4]));
    }

    [Fact]
    public void The_guide_s_split_of_the_whole_set_is_the_golden_one_to_the_bit()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(SharedData.Require("golden/split.json")));
        LabelTable labels = LabelTable.Read(SharedData.Require("labels/Data_Entry_2017_v2020.csv.gz"));

        SplitSummary summary = SplitSummary.From(PatientSplit.Guide(labels, new()), labels.Rows);

        JsonElement sets = golden.RootElement.GetProperty("guide_split").GetProperty("sets");
        foreach ((SplitSet set, string name) in new[] { (SplitSet.Train, "train"), (SplitSet.Validation, "val"), (SplitSet.Test, "test") })
        {
            JsonElement expected = sets.GetProperty(name);
            SplitSummary.Set actual = summary.Sets[set];
            Assert.Equal(expected.GetProperty("patients").GetInt32(), actual.Patients);
            Assert.Equal(expected.GetProperty("images").GetInt32(), actual.Images);
            Assert.Equal(expected.GetProperty("patient_ids_in_order_sha256").GetString(), actual.PatientHash);
            Assert.Equal(expected.GetProperty("sorted_file_names_sha256").GetString(), actual.FileHash);
            Assert.Equal(expected.GetProperty("positives").EnumerateObject().Select(pair => pair.Value.GetInt32()),
                actual.Positives);
            Assert.Equal(expected.GetProperty("no_finding").GetInt32(), actual.NoFinding);
        }

        JsonElement[] weights = [.. golden.RootElement.GetProperty("guide_split").GetProperty("class_weights").EnumerateArray()];
        Assert.Equal(weights.Select(weight => weight.GetProperty("negative").GetDouble()), summary.Weights.Negative);
        Assert.Equal(weights.Select(weight => weight.GetProperty("positive").GetDouble()), summary.Weights.Positive);
        Assert.Equal((16_449, 82_992), (summary.ExtraImages, summary.StreamLength));
        Assert.Equal([13_157, 2_795, 430, 54, 11, 2], summary.ImagesByPasses.Values);
    }

    [Fact]
    public void The_official_test_list_gives_the_official_counts()
    {
        LabelTable labels = LabelTable.Read(SharedData.Require("labels/Data_Entry_2017_v2020.csv.gz"));

        SplitSummary summary =
            SplitSummary.From(PatientSplit.Official(labels, SharedData.Require("labels/test_list.txt.gz"), new()), labels.Rows);

        Assert.Equal((2_797, 25_596), (summary.Sets[SplitSet.Test].Patients, summary.Sets[SplitSet.Test].Images));
        Assert.Equal(28_008, summary.Sets[SplitSet.Train].Patients + summary.Sets[SplitSet.Validation].Patients);
    }

    /// <summary>Two images for each of so many patients.</summary>
    private LabelTable Labels(
        int patients) => LabelTable.Read(_folder.Write("labels.csv", "Image Index,Finding Labels,Patient ID\n" + string.Concat(
        Enumerable.Range(1, patients).Select(
            patient => $"{patient:D8}_000.png,No Finding,{patient}\n{patient:D8}_001.png,Mass,{patient}\n"))));
}
