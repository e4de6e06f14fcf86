using System.Formats.Tar;

namespace ChestXray.Pipeline.Tests.Sources;

/// <summary>A data set inside tar files, as NIH gives it: read as streams, once.</summary>
public sealed class TarTests : IDisposable
{
    private readonly ArchiveSet _set = new(10);

    public void Dispose() => _set.Dispose();

    [Theory]
    [InlineData(TarEntryFormat.Gnu, ".tar.gz", 1, false)]
    [InlineData(TarEntryFormat.Pax, ".tgz", 3, false)]
    [InlineData(TarEntryFormat.Ustar, ".tar", 2, false)]
    [InlineData(TarEntryFormat.V7, ".tar.gz", 4, false)]
    [InlineData(TarEntryFormat.Gnu, ".tar.gz", 2, true)]
    [InlineData(TarEntryFormat.Pax, ".tar", 2, true)]
    [InlineData(TarEntryFormat.Ustar, ".tar", 2, true)]
    public void Tar_files_give_the_records_of_their_folder(TarEntryFormat format, string extension, int threads, bool longNames)
    {
        // Names beyond 100 bytes take an extra header, or ustar's prefix.
        string inside = longNames ? $"images/{new string('a', 70)}/{new string('b', 50)}/" : "images/";
        _set.WriteFolder("data");
        _set.Prepare("data", "from-folder");
        _set.WriteTars("tars", format, extension, inside);

        PrepareResult result = _set.Prepare("tars", "from-tars", new() { Threads = threads });

        Assert.Equal((10, 0), (result.Decoded, result.Reused));
        Assert.Empty(result.Index.UnreadArchives);
        Assert.Empty(result.Index.Problems);
        Assert.Equal(_set.Records("from-folder"), _set.Records("from-tars"));
    }

    [Fact]
    public void A_second_start_decodes_nothing_and_does_not_read_the_archives()
    {
        _set.WriteTars("tars");
        _set.Prepare("tars", "cache");
        foreach (string path in Directory.GetFiles(_set.Path("tars"), "*.tar.gz"))
        {
            (long length, DateTime date) = (new FileInfo(path).Length, File.GetLastWriteTimeUtc(path));
            File.WriteAllBytes(path, new byte[length]);
            File.SetLastWriteTimeUtc(path, date);
        }

        PrepareResult second = _set.Prepare("tars", "cache");

        Assert.Equal((0, 10), (second.Decoded, second.Reused));
    }

    [Fact]
    public void Unpacking_the_archives_later_decodes_nothing()
    {
        _set.WriteTars("tars");
        _set.Prepare("tars", "cache");
        _set.WriteFolder("data");
        PrepareResult second = _set.Prepare("data", "cache");
        Assert.Equal((0, 10), (second.Decoded, second.Reused));
    }

    [Fact]
    public void An_archive_that_comes_later_is_read_alone()
    {
        _set.WriteTars("tars");
        File.Move(_set.Path("tars/images_02.tar.gz"), _set.Path("images_02.tar.gz"));
        PrepareResult first = _set.Prepare("tars", "cache");
        Assert.Equal(7, first.Decoded);
        Assert.Equal(3, first.Index.Problems.Count(problem => problem.Kind == "no-image"));
        File.Move(_set.Path("images_02.tar.gz"), _set.Path("tars/images_02.tar.gz"));

        DataSetIndex index = DataSetIndex.Read(_set.Path("tars"), cache: _set.Path("cache"));
        PrepareResult second = StoreBuilder.Prepare(index, _set.Path("cache"), ArchiveSet.Layout);

        Assert.Equal("images_02.tar.gz", Path.GetFileName(Assert.Single(index.UnreadArchives)));
        Assert.Equal((3, 7), (second.Decoded, second.Reused));
        Assert.Empty(second.Index.Problems);
    }

    [Fact]
    public void Another_size_reads_the_archives_again()
    {
        _set.WriteTars("tars");
        _set.Prepare("tars", "cache");
        Assert.Equal(10, _set.Prepare("tars", "cache", layout: new(8)).Decoded);
    }

    [Theory]
    [InlineData(".tar.gz")]
    [InlineData(".tar")]
    public void An_archive_that_ends_early_names_its_last_whole_file_and_keeps_it(string extension)
    {
        _set.WriteTars("tars", extension: extension);
        string path = _set.Path($"tars/images_02{extension}");
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length * 6 / 10)]);

        string message = Assert.Throws<DataSetException>(() => _set.Prepare("tars", "cache")).Message;

        Assert.Contains($"images_02{extension} can't be read to its end", message);
        Assert.Matches("last whole file is images/0000000[45]_000.png", message);
        File.WriteAllBytes(path, whole);
        PrepareResult mended = _set.Prepare("tars", "cache");
        Assert.InRange(mended.Decoded, 1, 2);
        Assert.Equal(10, mended.Decoded + mended.Reused);
        Assert.Equal(10, _set.Records("cache").Count);
    }

    [Fact]
    public void An_archive_cut_at_any_byte_is_never_taken_for_whole()
    {
        byte[] whole = File.ReadAllBytes(_set.WriteTar("tars/images_01.tar.gz", ["00000001_000.png", "00000002_000.png"]));
        _set.WriteLabels("tars");
        for (int length = 0; length < whole.Length; length += 37)
        {
            File.WriteAllBytes(_set.Path("tars/images_01.tar.gz"), whole[..length]);
            Assert.Contains("images_01.tar.gz", Assert.Throws<DataSetException>(() => _set.Prepare("tars", "cache")).Message);
        }
    }

    [Fact]
    public void Broken_images_are_quarantined_and_not_tried_again()
    {
        _set.Images["00000003_000.png"] = "no image at all"u8.ToArray();
        _set.Images["00000005_000.png"] = [];
        _set.WriteTars("tars");
        PrepareResult first = _set.Prepare("tars", "cache", new() { MaxBadShare = 0.5 });
        PrepareResult second = _set.Prepare("tars", "cache", new() { MaxBadShare = 0.5 });
        Assert.Equal([("00000003_000", "not-an-image"), ("00000005_000", "empty-file")],
            first.Quarantine.Select(image => (image.Name, image.Reason)));
        Assert.EndsWith("images_01.tar.gz/images/00000003_000.png", first.Quarantine[0].Path);
        Assert.Equal((8, 0), (first.Decoded, second.Decoded));
        Assert.Equal(first.Quarantine, second.Quarantine);
        Assert.Contains("2 of 10 images are broken", Assert.Throws<DataSetException>(() => _set.Prepare("tars", "cache"))
            .Message);
    }

    [Fact]
    public void What_does_not_match_is_named_once_the_archives_are_read()
    {
        _set.Images.Add("00000099_000.png", _set.Images["00000001_000.png"]);
        _set.Labels += "00000098_000.png,No Finding,98\n";
        _set.WriteTars("tars");
        _set.WriteTar("tars/images_09.tar.gz", ["00000001_000.png"]);
        PrepareResult result = _set.Prepare("tars", "cache");
        Assert.Equal((10, 10), (result.Decoded, result.Index.Images.Count));
        Assert.Equal(
            [("duplicate-image", "00000001_000.png"), ("no-image", "00000098_000.png"), ("no-label-row", "00000099_000.png")],
            result.Index.Problems.Select(problem => (problem.Kind, problem.Name)));
        Assert.Contains("--strict: 3", Assert.Throws<DataSetException>(() => _set.Prepare("tars", "other", strict: true))
            .Message);
    }

    [Fact]
    public void Image_files_win_over_archives_beside_them()
    {
        _set.WriteTars("both");
        _set.WriteFolder("both");
        PrepareResult result = _set.Prepare("both", "cache");
        Assert.Equal(10, result.Decoded);
        Assert.All(result.Index.Images, image => Assert.Null(image.ArchivePath));
        Assert.Equal(4, result.Index.Problems.Count(problem => problem.Kind == "archive-passed-over"));
    }

    [Fact]
    public void A_cancelled_preparation_of_archives_goes_on_where_it_stopped()
    {
        _set.WriteTars("tars");
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        DataSetIndex index = DataSetIndex.Read(_set.Path("tars"), cache: _set.Path("cache"));
        Assert.Throws<OperationCanceledException>(
            () => StoreBuilder.Prepare(index, _set.Path("cache"), ArchiveSet.Layout, cancellation: cancelled.Token));
        PrepareResult second = _set.Prepare("tars", "cache");
        Assert.Equal(10, second.Decoded + second.Reused);
    }
}
