using ChestXray.Model.Pictures;
using ChestXray.Pipeline;
using SkiaSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Jobs;

/// <summary>
/// Small pictures of a few test images, kept in the run's folder so that its page can be made where the images are not.
/// </summary>
internal static class RunSamples
{
    private const string Folder = "samples";
    private const int Side = 128, Quality = 80;

    /// <summary>Writes the pictures of one model's samples.</summary>
    /// <param name="runFolder">The run's folder.</param>
    /// <param name="test">The model's predictions.</param>
    /// <param name="store">Holds the images' records.</param>
    /// <param name="model">The model, for heat maps.</param>
    public static void Write(string runFolder, Predictions test, RecordStore store, Predictor model)
    {
        string folder = Path.Combine(runFolder, Folder);
        Directory.CreateDirectory(folder);
        foreach ((int finding, _, int row) in Pick(test))
        {
            string name = test.Images![row].Name;
            if (!store.TryFind(Path.GetFileNameWithoutExtension(name), out StoredRecord record))
                continue;
            byte[] levels = RadiographPicture.Levels(store.Read(record.Number), store.Layout);
            using SKBitmap radiograph = RadiographPicture.Make(levels, store.Layout.Size, Side);
            File.WriteAllBytes(PathOf(folder, name), RadiographPicture.ToJpeg(radiograph, Quality));
            using SKBitmap heat = HeatColours.Paint(Heat(model, levels, store.Layout.Size, finding).Resize(Side, Side));
            using (SKCanvas canvas = new(radiograph))
                canvas.DrawBitmap(heat, 0, 0);
            File.WriteAllBytes(HeatPathOf(folder, name, test.Findings[finding]), RadiographPicture.ToJpeg(radiograph, Quality));
        }
    }

    /// <summary>The samples whose pictures are there.</summary>
    public static IReadOnlyList<SampleRadiograph> Read(string runFolder, Predictions test)
    {
        string folder = Path.Combine(runFolder, Folder);
        return !Directory.Exists(folder) || test.Images is null
            ? []
            : [.. Pick(test).Where(pick => File.Exists(PathOf(folder, test.Images[pick.Row].Name)))
                .Select(pick => new SampleRadiograph(
                test.Findings[pick.Finding], pick.Kind, test.Images[pick.Row].Name, test.Probabilities(pick.Finding)[pick.Row],
                Labels(test, pick.Row), File.ReadAllBytes(PathOf(folder, test.Images[pick.Row].Name)),
                HeatOf(HeatPathOf(folder, test.Images[pick.Row].Name, test.Findings[pick.Finding]))))];
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

    private static HeatMap Heat(Predictor model, byte[] levels, int size, int finding)
    {
        PixelStatistics input = model.Card.Input;
        using Tensor image = tensor([.. levels.Select(level => (float)((level - input.Mean) / input.StandardDeviation))],
            [1, 1, size, size]);
        return HeatMap.Of(model.Network, image, finding);
    }

    private static byte[]? HeatOf(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;

    private static string PathOf(string folder, string name) =>
        Path.Combine(folder, Path.GetFileNameWithoutExtension(name) + ".jpg");

    private static string HeatPathOf(string folder, string name, string finding) =>
        Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(name)}-{finding}.jpg");
}
