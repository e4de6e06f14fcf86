using ChestXray.Pipeline.Quality;
using ChestXray.Pipeline.Tests.Decoding;
using ChestXray.Pipeline.Tests.Sources;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Quality;

/// <summary>Faults that need a set of their own.</summary>
public sealed class SpecialCaseTests(PhantomSource source) : IClassFixture<PhantomSource>
{
    [Fact]
    public void Folders_that_are_missing_and_files_in_the_wrong_one_are_named_where_a_set_follows_nih()
    {
        using TemporaryFolder folder = new();
        string rows = "Image Index,Finding Labels,Patient ID\n";
        for (int i = 0; i < 24; i++)
        {
            // Half of folder 1 and half of folder 3; one of them lies in folder 3 and belongs into 1.
            int patient = i < 12 ? 1 + i : 4000 + i, place = i < 12 ? 1 : 3;
            folder.Write($"images_{(i == 5 ? 3 : place):D3}/images/{patient:D8}_000.png",
                new TestPng(64, 64, 0, 8, seed: i).Encode());
            rows += $"{patient:D8}_000.png,No Finding,{patient}\n";
        }

        folder.Write("Data_Entry_2017.csv", rows + "00002000_000.png,No Finding,2000\n00002001_000.png,No Finding,2001\n");

        QualityProblem[] problems = Inspect(folder.Path, folder.Path);

        Assert.Equal("00000006_000.png", Assert.Single(problems, problem => problem.Code == "wrong-folder").Name);
        QualityProblem missing = Assert.Single(problems, problem => problem.Code == "folder-missing");
        Assert.Equal("images_002", missing.Name);
        Assert.Contains("2 images", missing.What);
        Assert.DoesNotContain(problems, problem => problem.Code == "no-image");
    }

    [Fact]
    public void A_damaged_record_is_named_and_the_rest_is_looked_at()
    {
        using PlantedSet set = new(source.Folder);
        InspectionResult result = set.Inspect(afterPreparation: store =>
        {
            using FileStream shard = File.Open(Path.Combine(store, "pixels-0000.npy"), FileMode.Open);
            shard.Seek(4096 + 77, SeekOrigin.Begin);
            int old = shard.ReadByte();
            shard.Seek(-1, SeekOrigin.Current);
            shard.WriteByte((byte)(old ^ 1));
        });
        Assert.Single(result.Problems, problem => problem.Code == "damaged-record");
        Assert.DoesNotContain(result.Problems, problem => problem.Severity == ProblemSeverity.Suspect);
        Assert.Equal(120, result.Images.Count);
    }

    [Fact]
    public void An_age_that_falls_is_named_where_follow_ups_are_chronological()
    {
        using PlantedSet set = new(source.Folder);
        for (int image = 0; image < set.Images.Count; image++)
            set.ChangeRow(image, fields => [fields[0], fields[1], $"{100 + int.Parse(fields[2])}", .. fields[3..]]);
        int second = Enumerable.Range(1, 100).First(i => set.NameOf(i)[..8] == set.NameOf(i - 1)[..8]);
        set.ChangeRow(second, fields => [.. fields[..4], "1", .. fields[5..]]);
        QualityProblem problem = Assert.Single(set.Inspect().Problems, problem => problem.Code == "age-falls");
        Assert.Equal(set.NameOf(second), problem.Name);
    }

    [Fact]
    public void Three_copies_of_one_radiograph_name_the_two_that_are_too_many()
    {
        using PlantedSet set = new(source.Folder);
        (byte[] pixels, int side, _) = set.Grey(30);
        int patient = int.Parse(set.NameOf(30)[..8]);
        foreach (int copy in (int[])[1, 2])
            File.WriteAllBytes(set.AddCopy(30, $"{patient:D8}_90{copy}.png", patient),
                PlantedSet.Jpeg(pixels, side, side, 60 + (10 * copy)));
        QualityProblem[] problems = [.. set.Inspect().Problems.Where(problem => problem.Code == "near-duplicate")];
        Assert.Equal([$"{patient:D8}_901.png", $"{patient:D8}_902.png"], problems.Select(problem => problem.Name));
        Assert.All(problems, problem => Assert.True(problem.LeaveOut));
    }

    [Fact]
    public void Nih_boxes_are_said_to_be_of_the_test_set_and_unknown_ones_are_counted()
    {
        using PlantedSet set = new(source.Folder);
        string tested = File.ReadLines(Path.Combine(set.Folder, "test_list.txt")).First();
        string row = set.Rows.First(text => text.StartsWith(tested, StringComparison.Ordinal));
        string finding = row.Split(',')[1].Split('|')[0];
        set.Write("BBox_List_2017.csv", $"Image Index,Finding Label,Bbox [x,y,w,h],,,\n{tested},{finding},1,2,30,40\n00099999_000.png,Infiltrate,1,2,3,4\n00099998_000.png,Shadow,1,2,3,4\n");
        QualityProblem[] problems =
            [.. set.Inspect().Problems.Where(problem => problem.Code.StartsWith("box", StringComparison.Ordinal))];
        Assert.Single(problems, problem => problem.Code == "boxes-in-test");
        Assert.Contains("2 images", Assert.Single(problems, problem => problem.Code == "box-without-row").What);
        Assert.Contains(problems, problem => problem is { Code: "box-finding-unknown", Name: "Infiltrate" });
    }

    [Fact]
    public void Files_in_a_zip_have_their_headers_read_and_those_in_tar_files_are_said_to_be_unread()
    {
        using ArchiveSet set = new(6);
        set.WriteZip("zip/kaggle.zip");
        QualityProblem[] zip = Inspect(set.Path("zip/kaggle.zip"), set.Path("zipped"));
        Assert.Equal(6, zip.Count(problem => problem.Code == "not-square"));
        set.WriteTars("tar");
        set.WriteLabels("tar");
        QualityProblem[] tar = Inspect(set.Path("tar"), set.Path("tarred"));
        Assert.Contains("6 images", Assert.Single(tar, problem => problem.Code == "headers-not-read").What);
        Assert.DoesNotContain(tar, problem => problem.Code == "no-image");
    }

    [Fact]
    public void Every_code_has_a_remedy_and_stands_in_the_documentation()
    {
        string text = File.ReadAllText(Path.Combine(SharedData.Repository, "docs", "data-quality.md"));
        foreach (string code in ProblemKind.Codes.Where(code => !code.EndsWith("-across-patients", StringComparison.Ordinal)))
        {
            Assert.EndsWith(".", ProblemKind.Make(code, "name", null, "What.").Remedy);
            Assert.Contains($"`{code}`", text);
        }
    }

    [Fact]
    public void An_inspection_can_be_stopped()
    {
        using PlantedSet set = new(source.Folder);
        DataSetIndex index = DataSetIndex.ReadForInspection(set.Folder);
        PrepareResult prepared = StoreBuilder.Prepare(index, set.Cache, new(64));
        using RecordStore store = RecordStore.Open(prepared.Folder, new(64));
        Assert.ThrowsAny<OperationCanceledException>(
            () => DataSetInspection.Run(index, store, [], cancellation: new(canceled: true)));
    }

    private static QualityProblem[] Inspect(string data, string cache)
    {
        DataSetIndex index = DataSetIndex.ReadForInspection(data, cache: Path.Combine(cache, "cache"));
        PrepareResult prepared = StoreBuilder.Prepare(index, Path.Combine(cache, "cache"), new(16), new() { MaxBadShare = 1 });
        using RecordStore store = RecordStore.Open(prepared.Folder, new(16));
        return [.. DataSetInspection.Run(prepared.Index, store, prepared.Quarantine).Problems];
    }
}
