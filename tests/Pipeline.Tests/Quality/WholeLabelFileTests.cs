using ChestXray.Pipeline.Quality;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Quality;

/// <summary>What the checks say of NIH's own complete files.</summary>
public sealed class WholeLabelFileTests
{
    [Fact]
    public void No_row_of_the_v2020_file_raises_an_alarm_and_its_release_is_known()
    {
        LabelTable labels = LabelTable.Read(SharedData.Require("labels/Data_Entry_2017_v2020.csv.gz"));
        Assert.Empty(RowChecks.Run(labels, new()));
        Assert.Equal("Follow-up numbers are chronological, as in the v2020 form. Its findings are those of 2017 (Kaggle) and v2020.", RowChecks.Release(labels));
    }

    [Fact]
    public void A_file_with_the_first_releases_findings_is_told_by_its_count()
    {
        LabelTable labels = LabelTable.Read(SharedData.Require("labels/Data_Entry_2017_v2020.csv.gz"));
        int left = 1_353;
        string rows = string.Concat(labels.Rows.Select(row =>
            $"{row.FileName},{(row.Has(12) && left-- > 0 ? "Pneumonia" : "No Finding")},{row.FollowUp},{row.PatientId}\n"));
        LabelTable first = LabelTable.Read(
            "first.csv", System.Text.Encoding.ASCII.GetBytes("Image Index,Finding Labels,Follow-up #,Patient ID\n" + rows));
        Assert.Contains("FIRST release", RowChecks.Release(first));
    }
}
