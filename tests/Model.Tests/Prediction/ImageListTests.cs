using ChestXray.Model.Feeding;

namespace ChestXray.Model.Tests.Prediction;

public sealed class ImageListTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chestxray-list-").FullName;

    public ImageListTests()
    {
        foreach (string name in new[] { "b.png", "a.JPG", "notes.txt", "in/c.jpeg", "in/deep/d.png", "in/x+1.png" })
        {
            string path = Path.Combine(_folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, [1]);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("", "a.JPG b.png in/c.jpeg in/deep/d.png in/x+1.png")]
    [InlineData("in", "in/c.jpeg in/deep/d.png in/x+1.png")]
    [InlineData("b.png", "b.png")]
    [InlineData("notes.txt", "notes.txt")]
    [InlineData("*.png", "b.png")]
    [InlineData("?.png", "b.png")]
    [InlineData("in/*.png", "in/x+1.png")]
    [InlineData("in/x+?.png", "in/x+1.png")]
    [InlineData("**/*.png", "b.png in/deep/d.png in/x+1.png")]
    [InlineData("i*/**/?.*", "in/c.jpeg in/deep/d.png")]
    public void Files_folders_and_patterns_stand_for_images_in_the_order_of_their_paths(string name, string expected) =>
        Assert.Equal(
        expected.Split(' '), ImageList.Find([Path.Combine(_folder, name)]).Select(path => Path.GetRelativePath(_folder, path)));

    [Fact]
    public void An_image_that_is_named_twice_is_there_once() =>
        Assert.Equal(5, ImageList.Find([Path.Combine(_folder, "b.png"), _folder, Path.Combine(_folder, "*.png")]).Count);

    [Theory]
    [InlineData("missing.png")]
    [InlineData("*.gif")]
    [InlineData("nowhere/*.png")]
    public void A_name_that_stands_for_nothing_is_an_error_that_names_it(string name) => Assert.Contains(
        name, Assert.Throws<JobException>(() => ImageList.Find([_folder, Path.Combine(_folder, name)])).Message,
        StringComparison.Ordinal);
}
