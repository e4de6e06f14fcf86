using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Hashing;
using ChestXray.Pipeline.Sources;

namespace ChestXray.Pipeline.Tests.Sources;

/// <summary>Tar and gzip in the forms that people have.</summary>
public sealed class TarFormTests : IDisposable
{
    private readonly ArchiveSet _set = new(10);

    public void Dispose() => _set.Dispose();

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
        Assert.Equal([("00000002_000", "bad-archive"), ("00000003_000", "bad-archive")],
            result.Quarantine.Select(image => (image.Name, image.Reason)));
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
