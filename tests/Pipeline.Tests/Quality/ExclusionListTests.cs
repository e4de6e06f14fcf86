using ChestXray.Pipeline.Tests.Caching;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Quality;

public sealed class ExclusionListTests : IDisposable
{
    private readonly SmallSet _set = new(6);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _set.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_is_written_is_read_and_left_out_with_its_reason()
    {
        string path = Path.Combine(_folder.Path, "deep", "list.txt");
        int written = ExclusionList.Write(path,
        [
            new("flat", "00000002_000.png", 2, "One grey\tlevel\nonly.", "Leave it out.", ProblemSeverity.Fault, true),
            new("too-dark", "00000002_000.png", 2, "Too dark.", "Look.", ProblemSeverity.Suspect, true),
            new("odd-size", "00000003_000.png", 3, "Another size.", "Look.", ProblemSeverity.Note, false),
        ]);

        DataSetIndex index = _set.Index.Except(ExclusionList.Read(path));

        Assert.Equal(1, written);
        Assert.Equal(["00000001_000", "00000003_000", "00000004_000", "00000005_000", "00000006_000"],
            index.Images.Select(image => image.Label.Stem.ToString()));
        NamedProblem problem = Assert.Single(index.Problems);
        Assert.Equal(("excluded", "00000002_000.png"), (problem.Kind, problem.Name));
        Assert.Contains("flat: One grey level only.; too-dark: Too dark.", problem.Detail);
    }

    [Fact]
    public void Rows_stay_so_that_no_patient_changes_sets()
    {
        DataSetIndex index = _set.Index.Except(ExclusionList.Read(_folder.Write("list", "00000002_000\n")));
        Assert.Equal(6, index.Labels.Rows.Count);
        Assert.Contains("no reason given", index.Problems[0].Detail);
    }

    [Fact]
    public void An_excluded_image_is_not_decoded()
    {
        DataSetIndex index = _set.Index.Except(
            ExclusionList.Read(_folder.Write("list", "00000002_000.jpg\tbad\n00000004_000\tbad\n")));
        PrepareResult result = StoreBuilder.Prepare(index, _set.Cache, SmallSet.Layout);
        using RecordStore store = _set.Open();
        Assert.Equal(4, result.Decoded);
        Assert.False(store.TryFind("00000002_000", out _));
    }

    [Fact]
    public void A_name_that_nothing_has_is_named_and_the_others_are_left_out()
    {
        DataSetIndex index = _set.Index.Except(
            ExclusionList.Read(_folder.Write("list", "# why\n\n00000002_000.png\tbad\n00099999_000.png\tbad\n")));
        Assert.Equal(5, index.Images.Count);
        Assert.Equal(["excluded", "excluded-unknown"], index.Problems.Select(problem => problem.Kind));
        Assert.Equal("00099999_000", index.Problems[1].Name);
    }

    [Fact]
    public void With_strict_an_unknown_name_is_an_error_and_a_known_one_is_not()
    {
        DataSetIndex index = DataSetIndex.Read(_set.DataFolder, strict: true);
        Assert.Equal(5, index.Except(ExclusionList.Read(_folder.Write("good", "00000002_000\tbad\n"))).Images.Count);
        DataSetException error = Assert.Throws<DataSetException>(
            () => index.Except(ExclusionList.Read(_folder.Write("bad", "00000002_000\tbad\nnobody\tbad\n"))));
        Assert.Contains("'nobody'", error.Message);
    }

    [Fact]
    public void The_list_of_another_set_is_an_error()
    {
        DataSetException error =
            Assert.Throws<DataSetException>(() => _set.Index.Except(ExclusionList.Read(_folder.Write("list", "nobody\tbad\n"))));
        Assert.Contains("--exclude", error.Message);
    }

    [Fact]
    public void A_list_of_everything_is_an_error()
    {
        string all = string.Concat(Enumerable.Range(1, 6).Select(i => $"{i:D8}_000\tbad\n"));
        Assert.Contains("none is left", Assert.Throws<DataSetException>(
            () => _set.Index.Except(ExclusionList.Read(_folder.Write("list", all)))).Message);
    }

    [Theory]
    [InlineData("images/00000002_000.png\tbad\n", "line 1")]
    [InlineData("00000002_000.png\tbad\n\tno name\n", "line 2")]
    public void A_line_that_names_no_image_is_an_error(string text, string place) =>
        Assert.Contains(place, Assert.Throws<DataSetException>(() => ExclusionList.Read(_folder.Write("list", text))).Message);

    [Fact]
    public void A_missing_list_is_an_error_that_says_how_one_is_made() =>
        Assert.Contains("--write-exclusions", Assert.Throws<DataSetException>(
            () => ExclusionList.Read(Path.Combine(_folder.Path, "none"))).Message);

    [Fact]
    public void An_index_that_is_read_anew_keeps_its_exclusions()
    {
        DataSetIndex index = _set.Index.Except(ExclusionList.Read(_folder.Write("list", "00000002_000\tbad\n")));
        Assert.Equal(5, index.Reread(_set.Cache).Images.Count);
    }
}
