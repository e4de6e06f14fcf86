using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Heat;

public sealed class PublishedBoxesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NIH_s_list_has_984_boxes_of_8_findings_in_880_images()
    {
        ILookup<string, (int Finding, double Left, double Top, double Width, double Height)> boxes =
            PublishedBoxes.Read(SharedData.Require("labels/BBox_List_2017.csv.gz"));
        Assert.Equal((880, 984), (boxes.Count, boxes.Sum(image => image.Count())));
        Assert.Equal(8, boxes.SelectMany(image => image).Select(box => box.Finding).Distinct().Count());
    }

    [Fact]
    public void Lines_become_boxes_by_the_image_s_name()
    {
        string path = Write("Image Index,Finding Label,Bbox [x,y,w,h],,,\n1_0.png,Infiltrate,10.5,20,30,40,,,\n1_0.png,Mass,1,2,3,4\n");
        Assert.Equal([(Findings.IndexOf("Infiltration"), 10.5, 20, 30, 40), (Findings.IndexOf("Mass"), 1, 2, 3, 4)],
            PublishedBoxes.Read(path)["1_0"]);
    }

    [Theory]
    [InlineData("1_0.png,Cough,1,2,3,4")]
    [InlineData("1_0.png,Mass,1,2,3")]
    [InlineData("1_0.png,Mass,1,2,NaN,4")]
    [InlineData("1_0.png,Mass,1,2,3,-4")]
    public void A_line_that_is_no_box_is_named(string line)
    {
        string message = Assert.Throws<InvalidDataException>(() => PublishedBoxes.Read(Write("header\n" + line))).Message;
        Assert.Contains("line 2", message, StringComparison.Ordinal);
        Assert.Contains(line, message, StringComparison.Ordinal);
    }

    private string Write(string text)
    {
        string path = Path.Combine(_folder.Path, "boxes.csv");
        File.WriteAllText(path, text);
        return path;
    }
}
