using System.IO.Compression;
using System.Text;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Dataset;

public sealed class LabelTableTests : IDisposable
{
    private const string Header =
        "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position," +
        "OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_row_gives_name_findings_patient_age_sex_and_view()
    {
        LabelTable table = Read(Header +
            "00000013_005.png,Emphysema|Infiltration|Pleural_Thickening|Pneumothorax,5,13,60,M,AP,3056,2544,0.139,0.139\n");

        LabelRow row = Assert.Single(table.Rows);
        Assert.Equal(("00000013_005.png", 13, 5, 60, 'M', "AP"),
            (row.FileName, row.PatientId, row.FollowUp, row.Age, row.Sex, row.View));
        Assert.Equal(
            ["Emphysema", "Infiltration", "Pleural_Thickening", "Pneumothorax"],
            Findings.Names.Where((_, finding) => row.Has(finding)));
        Assert.Equal("00000013_005", row.Stem.ToString());
    }

    [Theory]
    [InlineData("ImageIndex,FindingLabels,Follow-up#,PatientID,PatientAge,PatientGender,ViewPosition\na.png,No Finding,0,7,414,F,PA\n", 414)]
    [InlineData("Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Sex,View Position,\na.png,No Finding,0,7,058Y,F,PA,\n", 58)]
    [InlineData("Image Index,Finding Labels,Patient ID,Patient Age\na.png,No Finding,7,025M\n", 2)]
    [InlineData("\uFEFFPatient ID,Image Index,Finding Labels\r\n7,a.png,No Finding\r\n", -1)]
    public void Headers_without_spaces_with_a_trailing_comma_in_another_order_and_old_ages_are_read(string text, int age)
    {
        LabelRow row = Assert.Single(Read(text).Rows);
        Assert.Equal(("a.png", 7, (ushort)0, age), (row.FileName, row.PatientId, row.FindingBits, row.Age));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(Header, "header and no row")]
    [InlineData("Image Index,Patient ID\na.png,1\n", "no column 'Finding Labels'")]
    [InlineData(Header + "a.png,Infiltrate,0,1,5,M,PA,1,1,1,1\n", "row 2: unknown finding 'Infiltrate'")]
    [InlineData(Header + "a.png,No Finding|Mass,0,1,5,M,PA,1,1,1,1\n", "row 2: unknown finding 'No Finding'")]
    [InlineData(Header + "a.png,Mass,0,x1,5,M,PA,1,1,1,1\n", "row 2: 'x1' in column Patient ID")]
    [InlineData(Header + "a.png,Mass,0,1,5,M,PA,1,1,1,1\nb.png,Mass,0,1,5,M,P",
        "row 3 has 7 fields where the header has 11: 'b.png,Mass,0,1,5,M,P'")]
    [InlineData(Header + "a.png,Mass,0,1,5,M,PA,1,1,1,1\na.png,Edema,0,1,5,M,PA,1,1,1,1\n", "row 3: 'a.png' stands in row 2")]
    [InlineData(Header + "images/a.png,Mass,0,1,5,M,PA,1,1,1,1\n", "row 2: 'images/a.png'")]
    public void A_bad_file_is_refused_by_file_row_and_value(string text, string message)
    {
        DataSetException error = Assert.Throws<DataSetException>(() => Read(text));
        Assert.Contains(message, error.Message);
        Assert.Contains("labels.csv", error.Message);
    }

    [Fact]
    public void A_row_that_stands_twice_is_counted_once_and_named_and_contradictory_ones_are_refused()
    {
        LabelTable table = Read(Header +
            "a.png,Mass,0,1,5,M,PA,1,1,1,1\na.png,Mass,0,1,5,M,PA,1,1,1,1\nb.png,Mass,0,1,5,M,PA,1,1,1,1\n");
        Assert.Equal(["a.png", "b.png"], table.Rows.Select(row => row.FileName));
        Assert.Equal(("duplicate-row", "a.png"), (table.Problems.Single().Kind, table.Problems.Single().Name));
    }

    [Fact]
    public void A_file_that_is_no_CSV_is_refused_by_name()
    {
        string path = _folder.Write("labels.csv", Header + "\"a.png,Mass,0,1,5,M,PA,1,1,1,1\n");
        Assert.Contains("labels.csv", Assert.Throws<DataSetException>(() => LabelTable.Read(path)).Message);
        path = _folder.Write("labels.csv", [
            0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, 255, 254, 0, 34, 34, 7]);
        Assert.Contains("labels.csv", Assert.Throws<DataSetException>(() => LabelTable.Read(path)).Message);
    }

    [Fact]
    public void A_gzip_file_is_read_and_a_cut_one_is_refused()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(Header +
                string.Concat(Enumerable.Range(0, 500).Select(i => $"{i:D8}_000.png,Mass,0,{i},5,M,PA,1,1,1,1\n"))));

        Assert.Equal(500, LabelTable.Read(_folder.Write("labels.csv.gz", packed.ToArray())).Rows.Count);
        for (int length = 2; length < packed.Length; length += 97)
        {
            string cut = _folder.Write("cut.csv.gz", packed.ToArray()[..length]);
            Assert.Contains("cut.csv.gz", Assert.Throws<DataSetException>(() => LabelTable.Read(cut)).Message);
        }
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("nowhere.csv", Assert.Throws<DataSetException>(
            () => LabelTable.Read(Path.Combine(_folder.Path, "nowhere.csv"))).Message);

    [Fact]
    public void The_whole_set_s_labels_are_read()
    {
        LabelTable table = LabelTable.Read(SharedData.Require("labels/Data_Entry_2017_v2020.csv.gz"));

        Assert.Equal(112_120, table.Rows.Count);
        Assert.Equal(30_805, table.PatientsInOrder().Length);
        Assert.Equal(60_361, table.Rows.Count(row => row.FindingBits == 0));
        Assert.Equal(227, table.Rows.Count(row => row.Has(Findings.IndexOf("Hernia"))));
    }

    private LabelTable Read(string text) => LabelTable.Read(_folder.Write("labels.csv", text));
}
