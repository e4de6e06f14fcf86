using ChestXray.Pipeline.Phantoms;
using ChestXray.Tests;
using SkiaSharp;

namespace ChestXray.Pipeline.Tests.Quality;

/// <summary>A copy of a data set into which faults are planted.</summary>
internal sealed class PlantedSet : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PlantedSet(string source)
    {
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            _folder.Write(Path.Combine("data", Path.GetRelativePath(source, file)), File.ReadAllBytes(file));
        Images = [.. Directory.EnumerateFiles(Folder, "*.*", SearchOption.AllDirectories).Where(IsImage)
            .Order(StringComparer.Ordinal)];
        LabelPath = Path.Combine(Folder, "Data_Entry_2017.csv");
    }

    public string Folder => Path.Combine(_folder.Path, "data");

    /// <summary>The image files that were copied, in the order of their paths.</summary>
    public IReadOnlyList<string> Images { get; }

    public string LabelPath { get; }

    public string Cache => Path.Combine(_folder.Path, "cache");

    public string NameOf(int image) => Path.GetFileName(Images[image]);

    public InspectionResult Inspect(
        StoreLayout? layout = null, InspectionOptions? options = null, Action<string>? afterPreparation = null)
    {
        DataSetIndex index = DataSetIndex.ReadForInspection(Folder, cache: Cache);
        PrepareResult prepared = StoreBuilder.Prepare(index, Cache, layout ?? new(64), new() { MaxBadShare = 1, Threads = 2 });
        afterPreparation?.Invoke(prepared.Folder);
        using RecordStore store = RecordStore.Open(prepared.Folder, layout ?? new(64));
        return DataSetInspection.Run(prepared.Index, store, prepared.Quarantine, options);
    }

    public void Write(string relative, string text) => _folder.Write(Path.Combine("data", relative), text);

    public void Write(string relative, byte[] bytes) => _folder.Write(Path.Combine("data", relative), bytes);

    public string[] Rows => File.ReadAllLines(LabelPath);

    /// <summary>Changes the row of an image, the header not counted.</summary>
    public void ChangeRow(int image, Func<string[], string[]> change)
    {
        string[] lines = Rows;
        int line = Array.FindIndex(lines, text => text.StartsWith(
            Path.GetFileNameWithoutExtension(Images[image]), StringComparison.Ordinal));
        lines[line] = string.Join(',', change(lines[line].Split(',')));
        File.WriteAllLines(LabelPath, lines);
    }

    public void AddRow(string text) => File.AppendAllLines(LabelPath, [text]);

    /// <summary>A row for a copy of an image under another name, and the copy's place.</summary>
    public string AddCopy(int image, string name, int patient)
    {
        string[] fields = Rows.First(
            text => text.StartsWith(Path.GetFileNameWithoutExtension(Images[image]), StringComparison.Ordinal)).Split(',');
        (fields[0], fields[3]) = (name, patient.ToString());
        AddRow(string.Join(',', fields));
        foreach (string list in (string[])["train_val_list.txt", "test_list.txt"])
        {
            string path = Path.Combine(Folder, list);
            if (File.Exists(path) && File.ReadLines(path).Contains(Path.GetFileName(Images[image])))
                File.AppendAllLines(path, [name]);
        }

        return Path.Combine(Path.GetDirectoryName(Images[image])!, name);
    }

    /// <summary>The grey pixels of an image.</summary>
    public (byte[] Pixels, int Width, int Height) Grey(int image)
    {
        using ImageDecoder decoder = new();
        GreyImage grey = decoder.DecodeFile(Images[image]);
        return (grey.Pixels.ToArray(), grey.Width, grey.Height);
    }

    /// <summary>Writes other pixels of the same size over an image.</summary>
    public void Repaint(int image, Func<byte[], int, int, byte> paint)
    {
        (byte[] pixels, int width, int height) = Grey(image);
        byte[] painted = new byte[pixels.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                painted[(y * width) + x] = paint(pixels, x, y);
        }

        File.WriteAllBytes(Images[image], GreyPng.Encode(painted, width, rgba: false));
    }

    /// <summary>An image at another size.</summary>
    public static byte[] Resize(byte[] pixels, int side, int width, int height)
    {
        byte[] resized = new byte[width * height];
        new BilinearResize().ResizeToBytes(pixels, side, side, resized, width, height);
        return resized;
    }

    public static byte[] Jpeg(byte[] pixels, int width, int height, int quality)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
            pixels.AsSpan(y * width, width).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        return data.ToArray();
    }

    public void Dispose() => _folder.Dispose();

    private static bool IsImage(string path) => Path.GetExtension(path) is ".png" or ".jpg";
}
