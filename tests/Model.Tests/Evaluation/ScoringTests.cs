using System.IO.Compression;
using System.Text;
using ChestXray.Pipeline;

namespace ChestXray.Model.Tests.Evaluation;

public sealed class ScoringTests : IDisposable
{
    private const string Header =
        "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,OriginalImage[Width,Height]";

    private static readonly string _names = string.Join(',', Findings.Names);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chestxray-scoring-");

    private string Labels => Write(
        "labels.csv",
        Header, "a.png,Mass|Edema,0,1,50,M,PA,1,1", "b.png,No Finding,0,2,61,F,AP,1,1", "c.png,Mass,1,2,62,F,AP,1,1",
        "d.png,Hernia,0,3,9,M,PA,1,1");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Columns_are_found_by_name_and_images_joined_by_name_without_extension()
    {
        string reversed = string.Join(',', Findings.Names.Reverse());
        string path = Write(
            "p.csv", $"note,{reversed},\"Image Index\"", $"\"x, y\",{Row(mass: 0.9, reverse: true)},c.jpg",
            $"z,{Row(mass: 0.2, reverse: true)},b.jpg");

        Predictions predictions = Scoring.Read(path, Labels);

        int mass = Findings.IndexOf("Mass");
        Assert.Equal([0.9, 0.2], predictions.Probabilities(mass).ToArray());
        Assert.Equal([true, false], predictions.Labels(mass).ToArray());
        Assert.Equal([new("c.jpg", 2, 62, 'F', "AP"), new("b.jpg", 2, 61, 'F', "AP")], predictions.Images!);
        Assert.Equal(1.0, Scoring.Score(path, Labels, 0.5).PerDisease["Mass"].RocAuc);
    }

    [Fact]
    public void A_packed_file_reads_like_a_plain_one_and_written_predictions_read_back()
    {
        string path = Write("p.csv", $"Image Index,{_names}", $"a.png,{Row(0.123456789012345)}", $"b.png,{Row(1e-9)}");
        Predictions first = Scoring.Read(path, Labels);
        string packed = Path.Combine(_folder.FullName, "again.csv.gz");
        first.WriteCsv(packed);

        Predictions again = Scoring.Read(packed, Labels);

        for (int finding = 0; finding < Findings.Count; finding++)
            Assert.Equal(first.Probabilities(finding).ToArray(), again.Probabilities(finding).ToArray());
        Assert.Equal(first.Images!, again.Images!);
    }

    [Theory]
    [InlineData("abc", "line 3, column 'Mass': 'abc' is no number")]
    [InlineData("", "line 3, column 'Mass': '' is no number")]
    [InlineData("nan", "line 3, column 'Mass': 'nan' is not a value")]
    [InlineData("1.5", "line 3, column 'Mass': '1.5' is outside 0 to 1")]
    [InlineData("-2", "line 3, column 'Mass': '-2' is outside 0 to 1")]
    public void A_value_that_is_no_probability_is_named_with_line_and_column(string value, string expected)
    {
        string path = Write("p.csv", $"Image Index,{_names}", $"a.png,{Row(0.5)}", $"b.png,{Row(0.5).Replace("0.5", value)}");
        Refused(path, $"{path}, {expected}");
    }

    [Fact]
    public void Rows_and_columns_that_do_not_fit_are_named()
    {
        Refused(Write("1.csv", "Image Index,Mass,Edema", "a.png,0.1,0.2"), "has no column for Atelectasis, Cardiomegaly,");
        Refused(Write("2.csv", $"name,{_names}", $"a.png,{Row(0.5)}"), "has no column 'Image Index'");
        Refused(Write("3.csv", $"Image Index,{_names},Mass", $"a.png,{Row(0.5)},0.5"), "has the column 'Mass' more than once");
        Refused(Write("4.csv", $"Image Index,{_names}", $"a.png,{Row(0.5)}", $"q.png,{Row(0.5)}"),
            "4.csv, line 3: the image 'q.png' has no row in");
        Refused(Write("5.csv", $"Image Index,{_names}", $"a.png,{Row(0.5)}", $"a.png,{Row(0.5)}"),
            "5.csv, line 3: 'a.png' stands in line 2 already");
        Refused(Write("6.csv", $"Image Index,{_names}", $"a.png,{Row(0.5)}", "b.png,0.5,0.1"),
            "6.csv, line 3 has 3 fields where the header has 15");
        Refused(Write("7.csv", $"Image Index,{_names}"), "holds no row of predictions");
        Refused(Write("8.csv"), "holds no row of predictions");
        Refused(Path.Combine(_folder.FullName, "none.csv"), "none.csv can't be read");
    }

    [Fact]
    public void A_cut_off_packed_file_is_an_error()
    {
        string text = $"Image Index,{_names}\n" +
            string.Concat(Enumerable.Range(0, 500).Select(i => $"i{i * 7919}.png,{Row(i / 500.0)}\n"));
        using MemoryStream bytes = new();
        using (GZipStream gzip = new(bytes, CompressionMode.Compress, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        string path = Path.Combine(_folder.FullName, "cut.csv.gz");
        File.WriteAllBytes(path, bytes.ToArray()[..((int)bytes.Length * 3 / 4)]);

        Refused(path, "cut.csv.gz can't be read");
    }

    [Fact]
    public void A_label_file_that_can_not_be_right_is_named_with_its_value()
    {
        string path = Write("p.csv", $"Image Index,{_names}", $"a.png,{Row(0.5)}");
        RefusedLabels(path, "unknown finding 'Infiltrate'", Header, "a.png,Mass|Infiltrate,0,1,50,M,PA,1,1");
        RefusedLabels(path, "no column 'Finding Labels'", "Image Index,Patient ID", "a.png,1");
        RefusedLabels(path, "'x1' in column Patient ID is no whole number", Header, "a.png,Mass,0,x1,50,M,PA,1,1");
        RefusedLabels(path, "has a header and no row", Header);
    }

    private static string Row(double mass, bool reverse = false)
    {
        IEnumerable<string> values = Findings.Names.Select(name => name == "Mass" ? mass.ToString("R") : "0.25");
        return string.Join(',', reverse ? values.Reverse() : values);
    }

    private void Refused(string path, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Scoring.Score(path, Labels)).Message);

    private void RefusedLabels(string path, string message, params string[] lines)
    {
        string labels = Write("bad-labels.csv", lines);
        Assert.Contains(message, Assert.Throws<DataSetException>(() => Scoring.Score(path, labels)).Message);
    }

    private string Write(string name, params string[] lines)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
