using System.Globalization;
using System.Text.Json;
using ChestXray.Model.Tests.Jobs;
using ChestXray.Pipeline;
using SkiaSharp;

namespace ChestXray.Model.Tests.Prediction;

/// <summary>A run on phantoms, and what predict and export make of it.</summary>
public sealed class PredictionJobTests : IClassFixture<PhantomRun>
{
    private readonly PhantomRun _run;

    public PredictionJobTests(PhantomRun run) => _run = run;

    [Fact]
    public void Files_get_the_probabilities_that_the_run_s_own_test_gave_them()
    {
        Dictionary<string, float[]> expected = _run.TestPredictions();
        PredictionJobResult result = Predict(new() { RunFolder = _run.Folder, Images = [.. expected.Keys.Select(_run.PathOf)] });
        Assert.Equal(expected.Count, result.Images.Count);
        foreach (ImagePrediction image in result.Images)
        {
            float[] row = expected[Path.GetFileName(image.Path)];
            for (int i = 0; i < row.Length; i++)
                Assert.Equal(row[i], image.Probabilities[i], 1e-5f);
            Assert.Equal(Findings.Names.Where((_, i) => image.Probabilities[i] > result.Card.Thresholds[i]), image.Positives);
        }

        Assert.True(result.Card.PhantomData && result.Card.AreThresholdsChosen);
    }

    [Fact]
    public void An_ONNX_file_says_the_same_as_its_run()
    {
        string path = _run.Temporary("model.onnx");
        ModelExport.ToOnnx(PredictionJob.ModelFolder(_run.Folder, null), path);
        string[] images = [.. _run.TestPredictions().Keys.Take(9).Select(_run.PathOf)];
        PredictionJobResult torch = Predict(new() { RunFolder = _run.Folder, Images = images });
        PredictionJobResult onnx = Predict(new() { OnnxPath = path, Images = images, BatchSize = 4 });
        foreach ((ImagePrediction a, ImagePrediction b) in torch.Images.Zip(onnx.Images))
        {
            Assert.Equal(a.Path, b.Path);
            for (int i = 0; i < 14; i++)
                Assert.Equal(a.Probabilities[i], b.Probabilities[i], 1e-5f);
        }
    }

    [Fact]
    public void Exported_safetensors_hold_the_run_s_values_and_its_card()
    {
        string path = _run.Temporary("model.safetensors"), folder = PredictionJob.ModelFolder(_run.Folder, "plain");
        ModelExport.ToSafetensors(folder, path);
        Model.Networks.SafetensorsFile a = Model.Networks.SafetensorsFile.Read(path),
            b = Model.Networks.SafetensorsFile.Read(Path.Combine(folder, Trainer.WeightsFile));
        Assert.Equal(b.Names.Order(), a.Names.Order());
        Assert.All(a.Names, name => Assert.True(a[name].Data.Span.SequenceEqual(b[name].Data.Span), name));
        Assert.Equal("pt", a.Metadata["format"]);
        Assert.Contains("Hernia", a.Metadata["labels"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_image_is_named_and_the_others_are_predicted()
    {
        string broken = _run.Temporary("broken.png"), text = _run.Temporary("text.jpg");
        string[] good = [.. _run.TestPredictions().Keys.Take(3).Select(_run.PathOf)];
        File.WriteAllBytes(broken, File.ReadAllBytes(good[0])[..500]);
        File.WriteAllText(text, "this is no image");
        PredictionJobResult result = Predict(new() { RunFolder = _run.Folder, Images = [good[0], broken, good[1], text, good[2]], BatchSize = 2 });
        Assert.Equal(good, result.Images.Select(image => image.Path));
        Assert.Equal([broken, text], result.Unreadable.Select(problem => problem.Name));
        Assert.Equal(["truncated", "not-an-image"], result.Unreadable.Select(problem => problem.Kind));
        Assert.Contains(broken, Assert.Throws<JobException>(() => Predict(new() { RunFolder = _run.Folder, Images = [broken] })).Message
            + broken, StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_CSV_pictures_and_heat_maps_are_written()
    {
        string[] images = [.. _run.TestPredictions().Keys.Take(2).Select(_run.PathOf)];
        string csv = _run.Temporary("p.csv"), pictures = _run.Temporary("pictures"), heat = _run.Temporary("heat");
        PredictionJobResult result = Predict(new() { RunFolder = _run.Folder, Images = images, CsvPath = csv, PictureFolder = pictures, HeatmapFolder = heat, Finding = "Mass" });

        string[] lines = File.ReadAllLines(csv);
        Assert.Equal("Image Index," + string.Join(',', Findings.Names), lines[0]);
        string[] cells = lines[2].Split(',');
        Assert.Equal(Path.GetFileName(images[1]), cells[0]);
        Assert.Equal(result.Images[1].Probabilities, cells[1..].Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)));

        using JsonDocument document = JsonDocument.Parse(result.ToJson());
        Assert.True(document.RootElement.GetProperty("phantom_data").GetBoolean());
        Assert.Equal(result.Images[0].Probabilities[9],
            document.RootElement.GetProperty("images")[0].GetProperty("probabilities").GetProperty("Mass").GetSingle());
        foreach (string folder in new[] { pictures, heat })
        {
            string file = Path.Combine(folder, Path.GetFileNameWithoutExtension(images[0]) + ".png");
            using SKBitmap bitmap = SKBitmap.Decode(file);
            Assert.Equal(512, bitmap.Height);
            Assert.True(bitmap.Pixels.Distinct().Count() > 100);
        }
    }

    [Fact]
    public void Options_that_do_not_go_together_and_folders_without_a_model_are_errors()
    {
        string[] images = [.. _run.TestPredictions().Keys.Take(1).Select(_run.PathOf)];
        Assert.Throws<ArgumentException>(() => Predict(new() { Images = images }));
        Assert.Throws<ArgumentException>(() => Predict(new() { Images = images, RunFolder = _run.Folder, OnnxPath = "x.onnx" }));
        Assert.Throws<ArgumentException>(() => Predict(new() { Images = images, OnnxPath = "x.onnx", HeatmapFolder = "h" }));
        Assert.Throws<ArgumentException>(() => Predict(new() { Images = images, RunFolder = _run.Folder, Finding = "Cough" }));
        string empty = _run.Temporary("empty");
        Directory.CreateDirectory(empty);
        Assert.Contains(empty, Assert.Throws<JobException>(() => Predict(new() { Images = images, RunFolder = empty })).Message, StringComparison.Ordinal);
        Assert.Contains("weighted", Assert.Throws<JobException>(() => PredictionJob.ModelFolder(_run.Folder, "weighted")).Message,
            StringComparison.Ordinal);
    }

    private static PredictionJobResult Predict(PredictionJobOptions options) =>
        PredictionJob.Run(options with { Device = "cpu" }, new Listener(), TestContext.Current.CancellationToken);
}
