using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Quality;

public sealed class DataSetTablesTests
{
    [Fact]
    public void Images_and_patients_are_counted_apart()
    {
        DataSetTables tables = DataSetTables.Of(
        [
            Row(1, 0, 0b11, 41, 'F', "PA"), Row(1, 1, 0b01, 41, 'F', "AP"), Row(1, 2, 0, 42, 'F', "PA"),
            Row(2, 0, 0, 105, 'M', "PA"), Row(3, 0, 0b10, 414, 'X', ""),
        ]);

        Assert.Equal((5, 3, 3), (tables.Images, tables.Patients, tables.MostImages));
        Assert.Equal([new(2, 1), new(2, 2)], tables.ByFinding.Take(2));
        Assert.Equal(new(2, 1), tables.NoFinding);
        Assert.Equal([new(2, 1), new(2, 1), new(1, 1)], tables.ByFindings);
        Assert.Equal((2, 1, 1, 2), (tables.TogetherInImages[0][0], tables.TogetherInImages[0][1], tables.TogetherInImages[1][0],
            tables.TogetherInImages[1][1]));
        Assert.Equal(1, tables.TogetherInPatients[0][1]);
        Assert.Equal([("F", 3, 1), ("M", 1, 1), ("unknown", 1, 1)],
            tables.BySex.Select(group => (group.Name, group.Size.Images, group.Size.Patients)));
        Assert.Equal(["AP", "PA", "unknown"], tables.ByView.Select(group => group.Name));
        Assert.Equal(["40 to 49", "100 to 109", "unknown"], tables.ByAge.Select(group => group.Name));
        Assert.Equal([("1", 2, 2), ("2", 0, 0), ("3", 3, 1)],
            tables.ByImagesOfPatient.Take(3).Select(group => (group.Name, group.Size.Images, group.Size.Patients)));
        Assert.Equal(2, tables.BySex[0].Positives[0]);
    }

    [Fact]
    public void Nothing_gives_empty_tables()
    {
        DataSetTables tables = DataSetTables.Of([]);
        Assert.Equal((0, 0, 0), (tables.Images, tables.Patients, tables.MostImages));
        Assert.Equal([new(0, 0)], tables.ByFindings);
    }

    [Fact]
    public void The_whole_set_has_its_published_counts()
    {
        DataSetTables tables = DataSetTables.Of(LabelTable.Read(SharedData.Require("labels/Data_Entry_2017_v2020.csv.gz")).Rows);
        Assert.Equal((112_120, 30_805, 184), (tables.Images, tables.Patients, tables.MostImages));
        Assert.Equal([60361, 30963, 14306, 4856, 1247, 301, 67, 16, 1, 2],
            tables.ByFindings.Take(10).Select(count => count.Images));
        Assert.Equal(19_894, tables.ByFinding[Findings.IndexOf("Infiltration")].Images);
        Assert.Equal(227, tables.ByFinding[Findings.IndexOf("Hernia")].Images);
    }

    private static LabelRow Row(int patient, int image, ushort bits, int age, char sex, string view) =>
        new($"{patient:D8}_{image:D3}.png", bits, patient, image, age, sex, view);
}
