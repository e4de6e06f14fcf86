using ChestXray.Tests;
using SkiaSharp;

namespace ChestXray.Pipeline.Tests.Caching;

/// <summary>A data set of a few small PNG files, each of one grey level: 10, 20, 30 ...</summary>
internal sealed class SmallSet : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallSet(int images)
    {
        for (int i = 1; i <= images; i++)
            WriteImage(i, (byte)(10 * i));
        Images = images;
        WriteLabels(_ => "No Finding");
    }

    public int Images { get; }

    public static StoreLayout Layout { get; } = new(8);

    public string Cache => Path.Combine(_folder.Path, "cache");

    public string StoreFolder => Path.Combine(Cache, Layout.FolderName);

    public string DataFolder => Path.Combine(_folder.Path, "data");

    public DataSetIndex Index => DataSetIndex.Read(DataFolder);

    public string Image(int number) => Path.Combine(_folder.Path, "data", "images", $"{number:D8}_000.png");

    public void WriteImage(int number, byte level)
    {
        using SKBitmap bitmap = new(new SKImageInfo(16, 16, SKColorType.Gray8));
        bitmap.GetPixelSpan().Fill(level);
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        _folder.Write(Path.GetRelativePath(_folder.Path, Image(number)), png.ToArray());
    }

    public void WriteLabels(Func<int, string> labels) =>
        _folder.Write("data/Data_Entry_2017.csv", "Image Index,Finding Labels,Patient ID\n" +
        string.Concat(Enumerable.Range(1, Images).Select(i => $"{i:D8}_000.png,{labels(i)},{i}\n")));

    public PrepareResult Prepare(PrepareOptions? options = null, CancellationToken cancellation = default) =>
        StoreBuilder.Prepare(Index, Cache, Layout, options, cancellation: cancellation);

    public RecordStore Open() => RecordStore.Open(StoreFolder, Layout);

    public void Dispose() => _folder.Dispose();
}
