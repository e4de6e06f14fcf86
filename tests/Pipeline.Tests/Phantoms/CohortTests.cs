using System.Security.Cryptography;
using System.Text;
using ChestXray.Pipeline.Phantoms;

namespace ChestXray.Pipeline.Tests.Phantoms;

public sealed class CohortTests
{
    private static readonly PhantomOptions _default = new();
    private static readonly List<PhantomImage> _images = Cohort.Make(_default);

    [Fact]
    public void The_permutation_that_these_tests_split_by_is_numpys()
    {
        Assert.Equal([2, 8, 4, 9, 1, 6, 7, 3, 0, 5], LegacyPermutation.Of(10));
    }

    [Fact]
    public void Every_finding_has_five_test_patients_in_the_guides_split_and_is_in_all_three_sets()
    {
        int[] patients = [.. _images.Select(image => image.Patient).Distinct().Order()];
        int[] order = LegacyPermutation.Of(patients.Length);
        int tests = (int)Math.Ceiling(0.2 * patients.Length);
        int[] others = [.. order.Skip(tests).Select(i => patients[i])];
        int[] again = LegacyPermutation.Of(others.Length);
        int validations = (int)Math.Ceiling(0.26 * others.Length);
        AssertEveryFinding(5, order.Take(tests).Select(i => patients[i]));
        AssertEveryFinding(1, again.Take(validations).Select(i => others[i]));
        AssertEveryFinding(1, again.Skip(validations).Select(i => others[i]));
    }

    [Fact]
    public void Every_finding_has_five_patients_in_the_test_list_that_is_written()
    {
        AssertEveryFinding(5, _images.Select(image => image.Patient).Where(patient => Cohort.IsOfficialTest(_default, patient)));
    }

    [Fact]
    public void Findings_rank_as_in_the_real_set_with_hernia_rarest()
    {
        string[] ranking =
        [
            "Infiltration", "Effusion", "Atelectasis", "Nodule", "Mass", "Pneumothorax", "Consolidation", "Pleural_Thickening",
            "Cardiomegaly", "Emphysema", "Edema", "Fibrosis", "Pneumonia", "Hernia",
        ];
        Assert.Equal(ranking, Findings.Names.OrderByDescending(name => Showing(name).Count()));
    }

    [Fact]
    public void Patients_have_one_to_ten_images_about_three_on_average_and_findings_partly_persist()
    {
        IGrouping<int, PhantomImage>[] patients = [.. _images.GroupBy(image => image.Patient)];
        Assert.Equal(Enumerable.Range(1, patients.Length), patients.Select(patient => patient.Key));
        Assert.All(patients, patient => Assert.InRange(patient.Count(), 1, 10));
        Assert.InRange(_images.Count / (double)patients.Length, 2.7, 3.3);
        Assert.InRange(_images.Count(image => image.Findings == 0) / (double)_images.Count, 0.3, 0.5);
        Assert.Contains(_images, image => int.PopCount(image.Findings) >= 3);
        IGrouping<int, PhantomImage>[] several = [.. patients.Where(patient => patient.Count() > 1)];
        Assert.Contains(several, patient => patient.Select(image => image.Findings).Distinct().Count() > 1);
        Assert.Contains(several, patient => patient.Aggregate(-1, (all, image) => all & image.Findings) != 0);
    }

    [Fact]
    public void Ages_are_human_and_never_fall_and_both_sexes_and_views_occur()
    {
        Assert.All(_images, image => Assert.InRange(image.Age, 1, 99));
        foreach (IGrouping<int, PhantomImage> patient in _images.GroupBy(image => image.Patient))
        {
            Assert.Equal(patient.Select(image => image.Age).Order(), patient.Select(image => image.Age));
            Assert.Single(patient.Select(image => image.Woman).Distinct());
        }

        Assert.InRange(_images.Count(image => image.Woman) / (double)_images.Count, 0.3, 0.6);
        Assert.InRange(_images.Count(image => image.FromBehind) / (double)_images.Count, 0.5, 0.75);
    }

    [Fact]
    public void Labels_change_only_with_the_generators_version()
    {
        StringBuilder all = new();
        foreach ((string name, string text) in LabelFiles.Make(_default, _images))
            all.Append(name).Append('\n').Append(text);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(all.ToString())));
        Assert.Equal(1, PhantomSet.GeneratorVersion);
        Assert.Equal("346dbcc168450d69967d04ea000b74b1118dfe697dba09cee148f1b149cc1cab", hash);
    }

    private static IEnumerable<PhantomImage> Showing(string finding) =>
        _images.Where(image => image.Has(Findings.IndexOf(finding)));

    private static void AssertEveryFinding(int least, IEnumerable<int> patients)
    {
        HashSet<int> chosen = [.. patients];
        Assert.All(Findings.Names, name => Assert.InRange(
            Showing(name).Select(image => image.Patient).Where(chosen.Contains).Distinct().Count(), least, int.MaxValue));
    }
}
