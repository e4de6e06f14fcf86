using System.IO.Compression;
using System.Text;

namespace ChestXray.Pipeline.Tests.Sources;

/// <summary>A data set inside one zip file, as Kaggle gives it.</summary>
public sealed class ZipTests : IDisposable
{
    private readonly ArchiveSet _set = new(10);

    public void Dispose() => _set.Dispose();

    [Theory]
    [InlineData(CompressionLevel.Optimal, false, "")]
    [InlineData(CompressionLevel.NoCompression, false, "archive/")]
    [InlineData(CompressionLevel.Fastest, true, "")]
    public void A_zip_gives_the_records_of_its_folder(CompressionLevel level, bool streamed, string prefix)
    {
        _set.WriteFolder("data");
        _set.Prepare("data", "from-folder");
        _set.WriteZip("archive.zip", level: level, streamed: streamed, prefix: prefix);

        PrepareResult result = _set.Prepare("archive.zip", "from-zip", new() { Threads = 3 });

        Assert.Equal((10, 0), (result.Decoded, result.Reused));
        Assert.Empty(result.Index.Problems);
        Assert.Equal(_set.Records("from-folder"), _set.Records("from-zip"));
    }

    [Fact]
    public void A_second_start_decodes_nothing_and_a_changed_entry_alone_is_decoded_anew()
    {
        _set.WriteZip("archive.zip");
        _set.Prepare("archive.zip", "cache");
        PrepareResult again = _set.Prepare("archive.zip", "cache");
        Assert.Equal((0, 10), (again.Decoded, again.Reused));

        _set.Images["00000004_000.png"] = new Decoding.TestPng(41, 30, 0, 8, seed: 99).Encode();
        _set.WriteZip("archive.zip");
        PrepareResult changed = _set.Prepare("archive.zip", "cache");
        Assert.Equal((1, 9), (changed.Decoded, changed.Reused));
    }

    [Fact]
    public void The_label_file_may_lie_beside_the_zip()
    {
        _set.WriteZip("data/archive.zip", labels: false);
        Assert.Contains("Data_Entry_2017.csv", Assert.Throws<DataSetException>(() => _set.Prepare("data/archive.zip", "cache"))
            .Message);
        _set.WriteLabels("data");
        Assert.Equal(10, _set.Prepare("data/archive.zip", "cache").Decoded);
        Assert.Equal(10, _set.Prepare("data", "other").Decoded);
    }

    [Fact]
    public void A_zip_that_ends_early_names_its_last_whole_file()
    {
        byte[] whole = File.ReadAllBytes(_set.WriteZip("archive.zip", level: CompressionLevel.NoCompression));
        int cut = whole.AsSpan().IndexOf("images_002/images/00000005_000.png"u8);
        File.WriteAllBytes(_set.Path("archive.zip"), whole[..(cut + 200)]);

        string message = Assert.Throws<DataSetException>(() => _set.Prepare("archive.zip", "cache")).Message;

        Assert.Contains("ends early", message);
        Assert.Contains("last whole file is images_002/images/00000004_000.png", message);
        Assert.Contains("images_002/images/00000005_000.png behind it is cut off", message);
    }

    [Fact]
    public void A_zip_cut_at_any_byte_is_refused_in_a_sentence()
    {
        byte[] whole = File.ReadAllBytes(_set.WriteZip("archive.zip"));
        for (int length = 0; length < whole.Length; length += 61)
        {
            File.WriteAllBytes(_set.Path("archive.zip"), whole[..length]);
            Assert.Contains("archive.zip", Assert.Throws<DataSetException>(() => DataSetIndex.Read(_set.Path("archive.zip")))
                .Message);
        }
    }

    [Fact]
    public void A_damaged_entry_is_quarantined_by_name()
    {
        byte[] whole = File.ReadAllBytes(_set.WriteZip("archive.zip", level: CompressionLevel.NoCompression));
        whole[whole.AsSpan().IndexOf("00000002_000.png"u8) + 700] ^= 4;
        whole[whole.AsSpan(0, whole.AsSpan().IndexOf("00000005_000.png"u8)).LastIndexOf("PK\u0003\u0004"u8) + 2] ^= 1;
        File.WriteAllBytes(_set.Path("archive.zip"), whole);

        PrepareResult result = _set.Prepare("archive.zip", "cache", new() { MaxBadShare = 0.5 });

        Assert.Equal([("00000002_000", "bad-crc"), ("00000005_000", "bad-archive")],
            result.Quarantine.Select(image => (image.Name, image.Reason)));
        Assert.Equal(8, result.Decoded);
        Assert.EndsWith("archive.zip/images_001/images/00000002_000.png", result.Quarantine[0].Path);
        Assert.Contains("--max-bad", Assert.Throws<DataSetException>(() => _set.Prepare("archive.zip", "cache")).Message);
    }

    [Fact]
    public void Sizes_beyond_32_bits_are_read_from_their_fields()
    {
        byte[] image = _set.Images["00000001_000.png"];
        File.WriteAllBytes(_set.Path("wide.zip"), WideZip("images/00000001_000.png", image));
        _set.Labels = "Image Index,Finding Labels,Patient ID\n00000001_000.png,No Finding,1\n";
        _set.WriteLabels(".");
        IndexedImage found = Assert.Single(DataSetIndex.Read(_set.Path("wide.zip")).Images);
        using ImageReader reader = new();
        Assert.Equal(image.Length, found.Bytes);
        Assert.True(reader.Read(found).SequenceEqual(image));
    }

    [Fact]
    public void An_entry_under_a_password_or_of_a_rare_method_is_named()
    {
        byte[] whole = File.ReadAllBytes(_set.WriteZip("archive.zip"));
        int directory = whole.AsSpan().IndexOf("PK\u0001\u0002"u8);
        whole[directory + 8] |= 1;
        int second = directory + 4 + whole.AsSpan(directory + 4).IndexOf("PK\u0001\u0002"u8);
        whole[second + 10] = 93;
        File.WriteAllBytes(_set.Path("archive.zip"), whole);
        PrepareResult result = _set.Prepare("archive.zip", "cache", new() { MaxBadShare = 0.5 });
        Assert.Equal(["unsupported-entry", "unsupported-entry"], result.Quarantine.Select(image => image.Reason));
        Assert.Contains("password", result.Quarantine[0].Detail);
        Assert.Contains("93", result.Quarantine[1].Detail);
    }

    // One file, kept plain, with everything that can be saturated saturated.
    private static byte[] WideZip(string name, byte[] data)
    {
        byte[] utf = Encoding.UTF8.GetBytes(name);
        uint crc = System.IO.Hashing.Crc32.HashToUInt32(data);
        using MemoryStream zip = new();
        using BinaryWriter writer = new(zip);
        writer.Write("PK\u0003\u0004"u8);
        Shorts(45, 0, 0, 0, 0x4e64);
        writer.Write(crc);
        writer.Write(uint.MaxValue);
        writer.Write(uint.MaxValue);
        Shorts(utf.Length, 20);
        writer.Write(utf);
        Shorts(1, 16);
        writer.Write((long)data.Length);
        writer.Write((long)data.Length);
        writer.Write(data);
        long directory = zip.Position;
        writer.Write("PK\u0001\u0002"u8);
        Shorts(45, 45, 0, 0, 0, 0x4e64);
        writer.Write(crc);
        writer.Write(uint.MaxValue);
        writer.Write(uint.MaxValue);
        Shorts(utf.Length, 28, 0, 0, 0, 0, 0);
        writer.Write(uint.MaxValue);
        writer.Write(utf);
        Shorts(1, 24);
        writer.Write((long)data.Length);
        writer.Write((long)data.Length);
        writer.Write(0L);
        long end = zip.Position;
        writer.Write("PK\u0006\u0006"u8);
        writer.Write(44L);
        Shorts(45, 45);
        writer.Write(0);
        writer.Write(0);
        writer.Write(1L);
        writer.Write(1L);
        writer.Write(end - directory);
        writer.Write(directory);
        writer.Write("PK\u0006\u0007"u8);
        writer.Write(0);
        writer.Write(end);
        writer.Write(1);
        writer.Write("PK\u0005\u0006"u8);
        Shorts(0, 0, 0xffff, 0xffff);
        writer.Write(uint.MaxValue);
        writer.Write(uint.MaxValue);
        Shorts(0);
        return zip.ToArray();

        void Shorts(params int[] values) => Array.ForEach(values, value => writer.Write((ushort)value));
    }
}
