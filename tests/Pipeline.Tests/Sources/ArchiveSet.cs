using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using ChestXray.Pipeline.Tests.Decoding;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Sources;

/// <summary>One small data set of random PNG files, to be written as folders, as a zip or as tar files.</summary>
internal sealed class ArchiveSet : IDisposable
{
    private static readonly DateTimeOffset _date = new(2019, 3, 4, 5, 6, 8, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    public ArchiveSet(int images)
    {
        for (int i = 1; i <= images; i++)
            Images.Add($"{i:D8}_000.png", new TestPng(40, 30, 0, 8, seed: i).Encode());
        Labels = "Image Index,Finding Labels,Patient ID\n" +
            string.Concat(Images.Keys.Select((name, i) => $"{name},No Finding,{i + 1}\n"));
    }

    public static StoreLayout Layout { get; } = new(16);

    public SortedDictionary<string, byte[]> Images { get; } = new(StringComparer.Ordinal);

    public string Labels { get; set; }

    public string Path(string name) => System.IO.Path.Combine(_folder.Path, name);

    public void WriteLabels(string folder) => _folder.Write($"{folder}/Data_Entry_2017.csv", Labels);

    /// <summary>Kaggle's nesting: `images_001/images/NAME`, three images to a folder.</summary>
    public string WriteFolder(string name)
    {
        WriteLabels(name);
        int i = 0;
        foreach ((string image, byte[] file) in Images)
            File.SetLastWriteTimeUtc(_folder.Write($"{name}/images_{1 + (i++ / 3):D3}/images/{image}", file), _date.UtcDateTime);
        return Path(name);
    }

    public string WriteZip(string name, bool labels = true, CompressionLevel level = CompressionLevel.Optimal,
        bool streamed = false, string prefix = "")
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        using FileStream file = File.Create(Path(name));
        using ZipArchive zip = new(streamed ? new OneWayStream(file) : file, ZipArchiveMode.Create);
        int i = 0;
        foreach ((string image, byte[] bytes) in Images)
            Add($"{prefix}images_{1 + (i++ / 3):D3}/images/{image}", bytes);
        Add($"__MACOSX/{prefix}images_001/images/._00000001_000.png", [1, 2, 3]);
        if (labels)
            Add($"{prefix}Data_Entry_2017.csv", Encoding.UTF8.GetBytes(Labels));
        return Path(name);

        void Add(string entryName, byte[] bytes)
        {
            ZipArchiveEntry entry = zip.CreateEntry(entryName, level);
            entry.LastWriteTime = _date;
            using Stream stream = entry.Open();
            stream.Write(bytes);
        }
    }

    /// <summary>NIH's layout: `images_01.tar.gz` and so on, three images each, in a folder `images`.</summary>
    public string WriteTars(
        string folder, TarEntryFormat format = TarEntryFormat.Gnu, string extension = ".tar.gz", string inside = "images/")
    {
        WriteLabels(folder);
        string[] names = [.. Images.Keys];
        for (int first = 0; first < names.Length; first += 3)
            WriteTar($"{folder}/images_{1 + (first / 3):D2}{extension}", names[first..Math.Min(first + 3, names.Length)], format,
                inside);
        return Path(folder);
    }

    public string WriteTar(
        string name, string[] images, TarEntryFormat format = TarEntryFormat.Gnu, string inside = "images/",
        Dictionary<string, string>? links = null)
    {
        using MemoryStream bytes = new();
        using (TarWriter tar = new(bytes, format, leaveOpen: true))
        {
            tar.WriteEntry(Entry(format, TarEntryType.Directory, inside, null));
            foreach (string image in images)
            {
                TarEntry entry = links?.ContainsKey(image) == true
                    ? Entry(format, TarEntryType.HardLink, inside + image, null)
                    : Entry(format, TarEntryType.RegularFile, inside + image, Images[image]);
                if (entry.EntryType == TarEntryType.HardLink)
                    entry.LinkName = inside + links![image];
                tar.WriteEntry(entry);
            }
        }

        using MemoryStream packed = new();
        if (!name.EndsWith(".tar", StringComparison.Ordinal))
        {
            using GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write(bytes.ToArray());
        }

        return _folder.Write(name, name.EndsWith(".tar", StringComparison.Ordinal) ? bytes.ToArray() : packed.ToArray());
    }

    public PrepareResult Prepare(string source, string cache, PrepareOptions? options = null, bool strict = false,
        StoreLayout? layout = null) =>
        StoreBuilder.Prepare(DataSetIndex.Read(Path(source), null, strict, Path(cache)), Path(cache), layout ?? Layout, options);

    /// <summary>Every record by name.</summary>
    public SortedDictionary<string, byte[]> Records(string cache)
    {
        using RecordStore store = RecordStore.Open(System.IO.Path.Combine(Path(cache), Layout.FolderName), Layout);
        return new(store.Records.ToDictionary(record => record.Name, record => store.Read(record.Number).ToArray()),
            StringComparer.Ordinal);
    }

    /// <summary>Every record's number by name.</summary>
    public SortedDictionary<string, int> Numbers(string cache)
    {
        using RecordStore store = RecordStore.Open(System.IO.Path.Combine(Path(cache), Layout.FolderName), Layout);
        return new(store.Records.ToDictionary(record => record.Name, record => record.Number), StringComparer.Ordinal);
    }

    /// <summary>The first shard as it lies on disk.</summary>
    public byte[] Shard(string cache) =>
        File.ReadAllBytes(System.IO.Path.Combine(Path(cache), Layout.FolderName, StoreLayout.ShardName(0)));

    public void Dispose() => _folder.Dispose();

    private static TarEntry Entry(TarEntryFormat format, TarEntryType type, string name, byte[]? data)
    {
        TarEntry entry = format switch
        {
            TarEntryFormat.Pax => new PaxTarEntry(type, name),
            TarEntryFormat.Ustar => new UstarTarEntry(type, name),
            TarEntryFormat.V7 => new V7TarEntry(type == TarEntryType.RegularFile ? TarEntryType.V7RegularFile : type, name),
            _ => new GnuTarEntry(type, name),
        };
        entry.ModificationTime = _date;
        if (data is not null)
            entry.DataStream = new MemoryStream(data);
        return entry;
    }

    /// <summary>Makes the zip writer put sizes behind the data, as programs do that pack into a pipe.</summary>
    private sealed class OneWayStream(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    }
}
