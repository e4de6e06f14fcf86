using ChestXray.Pipeline.Tests.Decoding;

namespace ChestXray.Pipeline.Tests.Sources;

/// <summary>Which number an image in a tar file gets.</summary>
public sealed class TarNumberTests : IDisposable
{
    private readonly ArchiveSet _set = new(10);

    public void Dispose() => _set.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Records_have_the_numbers_and_the_shards_the_bytes_that_folders_and_zips_give(int threads)
    {
        // A broken image keeps its number free, and archives may hold their files in any order.
        _set.Images["00000004_000.png"] = "no image at all"u8.ToArray();
        PrepareOptions options = new() { Threads = threads, MaxBadShare = 0.5 };
        _set.WriteFolder("data");
        _set.WriteZip("zip/set.zip");
        _set.WriteLabels("tars");
        string[] names = [.. _set.Images.Keys.Reverse()];
        _set.WriteTar("tars/images_01.tar.gz", names[..4]);
        _set.WriteTar("tars/images_02.tar", [names[9], .. names[4..7]]);
        _set.WriteTar("tars/images_03.tgz", names[7..9]);

        foreach (string source in new[] { "data", "zip", "tars" })
            _set.Prepare(source, $"from-{source}", options);

        Assert.Equal([0, 1, 2, 4, 5, 6, 7, 8, 9], _set.Numbers("from-tars").Values);
        Assert.Equal(_set.Numbers("from-data"), _set.Numbers("from-tars"));
        Assert.Equal(_set.Numbers("from-data"), _set.Numbers("from-zip"));
        Assert.Equal(_set.Shard("from-data"), _set.Shard("from-tars"));
        Assert.Equal(_set.Shard("from-data"), _set.Shard("from-zip"));
    }

    [Fact]
    public void Numbers_do_not_depend_on_which_archive_came_first()
    {
        _set.WriteTars("tars");
        File.Move(_set.Path("tars/images_02.tar.gz"), _set.Path("images_02.tar.gz"));
        _set.Prepare("tars", "cache");
        Assert.Equal([0, 1, 2, 6, 7, 8, 9], _set.Numbers("cache").Values);
        File.Move(_set.Path("images_02.tar.gz"), _set.Path("tars/images_02.tar.gz"));
        _set.Prepare("tars", "cache");
        Assert.Equal(Enumerable.Range(0, 10), _set.Numbers("cache").Values);
    }

    [Fact]
    public void Numbers_do_not_depend_on_where_the_work_was_broken_off()
    {
        _set.Images["00000002_000.png"] = "no image at all"u8.ToArray();
        PrepareOptions options = new() { MaxBadShare = 0.5 };
        _set.WriteFolder("data");
        DataSetIndex index = DataSetIndex.Read(_set.Path("data"));
        foreach (int images in new[] { 4, 7, 10 })
            StoreBuilder.Prepare(index.First(images), _set.Path("cache"), ArchiveSet.Layout, options);
        Assert.Equal([0, 2, 3, 4, 5, 6, 7, 8, 9], _set.Numbers("cache").Values);
    }

    [Fact]
    public void A_changed_image_gets_a_number_that_nobody_had()
    {
        _set.WriteFolder("data");
        _set.Prepare("data", "cache");
        _set.Images["00000003_000.png"] = new TestPng(50, 20, 0, 8, seed: 99).Encode();
        _set.WriteFolder("data");
        _set.Prepare("data", "cache");
        Assert.Equal([0, 1, 10, 3, 4, 5, 6, 7, 8, 9], _set.Numbers("cache").Values);
    }
}
