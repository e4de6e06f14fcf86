using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Hashing;
using ChestXray.Pipeline.Sources;
using ChestXray.Pipeline.Tests.Decoding;

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
        Assert.Equal([("00000003_000", "not-an-image"), ("00000005_000", "empty-file")], first.Quarantine.Select(image => (image.Name, image.Reason)));
        Assert.EndsWith("images_01.tar.gz/images/00000003_000.png", first.Quarantine[0].Path);
        Assert.Equal((8, 0), (first.Decoded, second.Decoded));
        Assert.Equal(first.Quarantine, second.Quarantine);
        Assert.Contains("2 of 10 images are broken", Assert.Throws<DataSetException>(() => _set.Prepare("tars", "cache")).Message);
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
        Assert.Contains("--strict: 3", Assert.Throws<DataSetException>(() => _set.Prepare("tars", "other", strict: true)).Message);
    }

    [Theory]
    [InlineData(TarEntryFormat.Gnu, false)]
    [InlineData(TarEntryFormat.Pax, true)]
    [InlineData(TarEntryFormat.Gnu, true)]
    [InlineData(TarEntryFormat.Ustar, false)]
    public void Hard_links_are_images_of_their_own(TarEntryFormat format, bool longNames)
    {
        // tar writes the second name of a file as a link to the first.
        string inside = longNames ? $"images/{new string('a', 70)}/{new string('b', 50)}/" : "images/";
        _set.Images["00000002_000.png"] = _set.Images["00000001_000.png"];
        _set.Images["00000009_000.png"] = _set.Images["00000008_000.png"];
        _set.WriteFolder("data");
        _set.Prepare("data", "from-folder");
        _set.WriteLabels("tars");
        string[] names = [.. _set.Images.Keys];
        _set.WriteTar("tars/images_01.tar.gz", names[..5], format, inside, new() { ["00000002_000.png"] = "00000001_000.png" });
        _set.WriteTar("tars/images_02.tar", names[5..], format, inside, new() { ["00000009_000.png"] = "00000008_000.png" });

        PrepareResult first = _set.Prepare("tars", "from-tars"), second = _set.Prepare("tars", "from-tars");

        Assert.Equal((10, 0, 0, 10), (first.Decoded, first.Quarantine.Count, second.Decoded, second.Reused));
        Assert.Equal(_set.Records("from-folder"), _set.Records("from-tars"));
        Assert.Equal(_set.Numbers("from-folder"), _set.Numbers("from-tars"));
    }

    [Fact]
    public void A_hard_link_to_nothing_is_quarantined()
    {
        _set.WriteLabels("tars");
        _set.WriteTar("tars/images_01.tar", [.. _set.Images.Keys], links: new() { ["00000002_000.png"] = "absent.png", ["00000003_000.png"] = "00000003_000.png" });
        PrepareResult result = _set.Prepare("tars", "cache", new() { MaxBadShare = 0.5 });
        Assert.Equal([("00000002_000", "bad-archive"), ("00000003_000", "bad-archive")], result.Quarantine.Select(image => (image.Name, image.Reason)));
        Assert.Contains("absent.png, which is not in the archive", result.Quarantine[0].Detail);
    }

    [Fact]
    public void A_gzip_file_may_have_any_number_of_members_of_any_length()
    {
        _set.WriteFolder("data");
        _set.Prepare("data", "from-folder");
        byte[] tar = File.ReadAllBytes(_set.WriteTar("all.tar", [.. _set.Images.Keys]));
        _set.WriteLabels("tars");

        // One that ends where the runtime's buffer of 8,192 bytes does, and others around it.
        foreach (int packed in new[] { 8_190, 8_191, 8_192, 8_193, 500 })
        {
            int plain = packed - 23;
            byte[] members = [.. Member(tar[..plain]), .. Member(tar[plain..(plain + 1)]), .. Member(tar[(plain + 1)..])];
            Assert.Equal(packed, Member(tar[..plain]).Length);
            File.WriteAllBytes(_set.Path("tars/images_01.tar.gz"), members);
            PrepareResult result = _set.Prepare("tars", $"cache-{packed}");
            Assert.Equal((10, 0), (result.Decoded, result.Index.Problems.Count));
            Assert.Equal(_set.Records("from-folder"), _set.Records($"cache-{packed}"));
        }
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

    [Fact]
    public void A_damaged_header_is_named()
    {
        string path = _set.WriteTar("tars/images_01.tar", ["00000001_000.png", "00000002_000.png"]);
        _set.WriteLabels("tars");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().LastIndexOf("images/00000002"u8) + 3] ^= 1;
        File.WriteAllBytes(path, bytes);
        string message = Assert.Throws<DataSetException>(() => _set.Prepare("tars", "cache")).Message;
        Assert.Contains("header whose sum is wrong", message);
        Assert.Contains("last whole file is images/00000001_000.png", message);
    }

    [Fact]
    public void Some_files_of_an_archive_can_be_looked_at_before_it_is_read()
    {
        _set.WriteTars("tars");
        DataSetIndex index = DataSetIndex.Read(_set.Path("tars"));
        Assert.Equal((10, 4), (index.Images.Count, index.UnreadArchives.Count));
        Assert.Equal(_set.Images.Values.Take(2), index.ReadSample(2));
    }

    [Fact]
    public void Walking_an_archive_allocates_nothing_for_an_entry()
    {
        string path = _set.WriteTar("all.tar", [.. _set.Images.Keys]);
        using MemoryStream stream = new(File.ReadAllBytes(path));
        TarWalker walker = new(stream);
        walker.Next();
        byte[] file = new byte[4096];
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (walker.Next())
            walker.Read(file.AsSpan(0, (int)walker.Bytes));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10, walker.Files);
    }

    // A stored block: 10 bytes of header, 5 of the block's, 8 of sums.
    private static byte[] Member(byte[] data)
    {
        byte[] header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], sums = new byte[8];
        using MemoryStream member = new();
        member.Write(header);
        for (int start = 0; start == 0 || start < data.Length; start += ushort.MaxValue)
        {
            int length = Math.Min(ushort.MaxValue, data.Length - start);
            byte last = (byte)(start + length == data.Length ? 1 : 0);
            member.Write([last, (byte)length, (byte)(length >> 8), (byte)~length, (byte)(~length >> 8)]);
            member.Write(data, start, length);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(sums, Crc32.HashToUInt32(data));
        BinaryPrimitives.WriteInt32LittleEndian(sums.AsSpan(4), data.Length);
        member.Write(sums);
        return member.ToArray();
    }
}
