using ChestXray.Pipeline;
using SkiaSharp;

namespace ChestXray.Model.Jobs;

/// <summary>Small pictures of a few test images, kept in the run's folder so that its page can be made where the images are not.</summary>
internal static class RunSamples
{
    private const string Folder = "samples";
    private const int Side = 128, Quality = 80;

    /// <summary>Writes the pictures of one model's samples.</summary>
    /// <param name="runFolder">The run's folder.</param>
    /// <param name="test">The model's predictions.</param>
    /// <param name="store">Holds the images' records.</param>
    public static void Write(string runFolder, Predictions test, RecordStore store)
    {
        string folder = Path.Combine(runFolder, Folder);
        Directory.CreateDirectory(folder);
        foreach (string name in Pick(test).Select(pick => test.Images![pick.Row].Name).Distinct())
        {
            if (store.TryFind(Path.GetFileNameWithoutExtension(name), out StoredRecord record))
                File.WriteAllBytes(PathOf(folder, name), Encode(store.Read(record.Number), store.Layout));
        }
    }

    /// <summary>The samples whose pictures are there.</summary>
    public static IReadOnlyList<SampleRadiograph> Read(string runFolder, Predictions test)
    {
        string folder = Path.Combine(runFolder, Folder);
        return !Directory.Exists(folder) || test.Images is null
            ? []
            : [.. Pick(test).Where(pick => File.Exists(PathOf(folder, test.Images[pick.Row].Name))).Select(pick => new SampleRadiograph(
                test.Findings[pick.Finding], pick.Kind, test.Images[pick.Row].Name, test.Probabilities(pick.Finding)[pick.Row],
                Labels(test, pick.Row), File.ReadAllBytes(PathOf(folder, test.Images[pick.Row].Name))))];
    }

    /// <summary>Up to three of each finding; the first of equals.</summary>
    private static IEnumerable<(int Finding, string Kind, int Row)> Pick(Predictions test)
    {
        for (int finding = 0; finding < test.Findings.Count; finding++)
        {
            int[] positives = Rows(test, finding, true), negatives = Rows(test, finding, false);
            double Of(int row) => test.Probabilities(finding)[row];
            if (positives.Length > 0)
                yield return (finding, "found", positives.MaxBy(Of));
            if (negatives.Length > 0)
                yield return (finding, "false alarm", negatives.MaxBy(Of));
            if (positives.Length > 1)
                yield return (finding, "missed", positives.MinBy(Of));
        }
    }

    private static int[] Rows(Predictions test, int finding, bool sign) =>
        [.. Enumerable.Range(0, test.Count).Where(row => test.Labels(finding)[row] == sign)];

    private static string Labels(Predictions test, int row)
    {
        string labels = string.Join('|', test.Findings.Where((_, finding) => test.Labels(finding)[row]));
        return labels.Length == 0 ? Findings.NoFinding : labels;
    }

    private static byte[] Encode(ReadOnlySpan<byte> record, StoreLayout layout)
    {
        using SKBitmap whole = new(new SKImageInfo(layout.Size, layout.Size, SKColorType.Gray8, SKAlphaType.Opaque));
        Span<byte> pixels = whole.GetPixelSpan();
        int bytes = layout.Pixels == PixelType.U16 ? 2 : 1;
        // Of two bytes the second is the upper one: the store is little-endian.
        for (int y = 0; y < layout.Size; y++)
        {
            for (int x = 0; x < layout.Size; x++)
                pixels[y * whole.RowBytes + x] = record[(y * layout.Size + x) * bytes + bytes - 1];
        }

        using SKBitmap small = whole.Resize(new SKImageInfo(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using SKData jpeg = small.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return jpeg.ToArray();
    }

    private static string PathOf(string folder, string name) => Path.Combine(folder, Path.GetFileNameWithoutExtension(name) + ".jpg");
}
