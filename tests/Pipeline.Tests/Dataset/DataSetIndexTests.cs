using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Dataset;

public sealed class DataSetIndexTests : IDisposable
{
    private const string Labels =
        "Image Index,Finding Labels,Patient ID\n00000001_000.png,Mass,1\n00000001_001.png,No Finding,1\n00000002_000.png,Edema,2\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("images_001/images/{0}.png", "images_012/images/{0}.png")]
    [InlineData("images/images/{0}.png", "images/images/{0}.png")]
    [InlineData("{0}.jpg", "{0}.JPEG")]
    public void Images_are_found_in_every_layout_and_joined_by_name(string first, string second)
    {
        _folder.Write("Data_Entry_2017.csv", Labels);
        _folder.Write(string.Format(second, "00000002_000"), "c");
        _folder.Write(string.Format(first, "00000001_001"), "bb");
        _folder.Write(string.Format(first, "00000001_000"), "aaa");

        DataSetIndex index = DataSetIndex.Read(_folder.Path);

        Assert.Equal(["00000001_000.png", "00000001_001.png", "00000002_000.png"],
            index.Images.Select(image => image.Label.FileName));
        Assert.Equal([3L, 2L, 1L], index.Images.Select(image => image.Bytes));
        Assert.Empty(index.Problems);
    }

    [Fact]
    public void What_does_not_match_is_named_and_the_rest_is_used_unless_strict()
    {
        _folder.Write("Data_Entry_2017.csv", Labels);
        _folder.Write("a/00000001_000.png", "");
        _folder.Write("b/00000001_000.jpg", "");
        _folder.Write("a/00000002_000.png", "");
        _folder.Write("a/stranger.png", "");

        DataSetIndex index = DataSetIndex.Read(_folder.Path);

        Assert.Equal(2, index.Images.Count);
        Assert.Equal(
            [("duplicate-image", "00000001_000.jpg"), ("no-image", "00000001_001.png"), ("no-label-row", "stranger.png")],
            index.Problems.Select(problem => (problem.Kind, problem.Name)));
        Assert.Contains("--strict: 3", Assert.Throws<DataSetException>(() => DataSetIndex.Read(_folder.Path, strict: true))
            .Message);
    }

    [Fact]
    public void A_missing_folder_label_file_or_match_says_what_was_looked_for()
    {
        Assert.Contains("NIH's layout", Assert.Throws<DataSetException>(() => DataSetIndex.Read(Path.Combine(_folder.Path, "no")))
            .Message);
        Assert.Contains("Data_Entry_2017.csv", Assert.Throws<DataSetException>(() => DataSetIndex.Read(_folder.Path)).Message);
        _folder.Write("Data_Entry_2017.csv", Labels);
        _folder.Write("other.png", "");
        Assert.Contains("1 images", Assert.Throws<DataSetException>(() => DataSetIndex.Read(_folder.Path)).Message);
        _folder.Write("x/sample_labels.csv", Labels);
        File.Delete(Path.Combine(_folder.Path, "Data_Entry_2017.csv"));
        _folder.Write("y/sample_labels.csv", Labels);
        Assert.Contains("--labels", Assert.Throws<DataSetException>(() => DataSetIndex.Read(_folder.Path)).Message);
    }
}
