using ChestXray.Model.Feeding;
using ChestXray.Pipeline;
using SkiaSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Pictures;

/// <summary>Pictures of predictions: one file for each image, named after it.</summary>
internal static class PredictionPictures
{
    /// <summary>Writes what the options ask for.</summary>
    public static void Write(PredictionJobOptions options, IImageModel model, PredictionJobResult result, IJobObserver observer,
        CancellationToken cancellation)
    {
        if (options.PictureFolder is null && options.HeatmapFolder is null)
            return;
        using ImageReader reader = new();
        using ImageDecoder decoder = new();
        using ImageFileSource source = new([.. result.Images.Select(image => image.Path)], model.Card);
        using IJobStage stage = observer.Begin("pictures", result.Images.Count, "images");
        FileNames pictures = new(options.PictureFolder), heatmaps = new(options.HeatmapFolder);
        float[] pixels = new float[source.Size * source.Size], labels = new float[Findings.Count];
        for (int i = 0; i < result.Images.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            ImagePrediction image = result.Images[i];
            GreyImage grey = decoder.Decode(reader.Read(new IndexedImage(default, image.Path, 0, 0)));
            using SKBitmap radiograph = RadiographPicture.Make(grey);
            if (pictures.Next(image.Path) is { } picture)
                RadiographPicture.SaveWithBars(picture, radiograph, image, model.Card);
            if (heatmaps.Next(image.Path) is { } heatmap)
            {
                source.Read(0, i, 1, pixels, labels);
                int finding = options.Finding is { } name ? Findings.IndexOf(name) : image.Probabilities.Index().MaxBy(pair => pair.Item).Index;
                RadiographPicture.SaveWithHeat(
                    heatmap, radiograph, Heat(((Predictor)model), pixels, source.Size, finding), image, finding, model.Card);
            }

            stage.Report(i + 1);
        }
    }

    private static HeatMap Heat(Predictor predictor, float[] pixels, int size, int finding)
    {
        using Tensor image = tensor(pixels, [1, 1, size, size]);
        return HeatMap.Of(predictor.Network, image, finding);
    }

    /// <summary>`NAME.png` in a folder, numbered where two images have one name.</summary>
    private sealed class FileNames(string? folder)
    {
        private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

        public string? Next(string path)
        {
            if (folder is null)
                return null;
            Directory.CreateDirectory(folder);
            string stem = Path.GetFileNameWithoutExtension(path), name = stem;
            for (int number = 2; !_taken.Add(name); number++)
                name = $"{stem}-{number}";
            return Path.Combine(folder, name + ".png");
        }
    }
}
