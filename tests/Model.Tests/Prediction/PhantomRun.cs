using System.Globalization;
using ChestXray.Model.Tests.Jobs;
using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Prediction;

/// <summary>A small run on phantoms, made once for a class of tests.</summary>
public sealed class PhantomRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _paths;

    public PhantomRun()
    {
        string data = Path.Combine(_folder.Path, "data");
        PhantomSet.Write(data, new() { Images = 120, Side = 150 });
        TrainingJob.Run(
            new()
            {
                DataFolder = data,
                RunFolder = Folder,
                CacheFolder = Path.Combine(_folder.Path, "cache"),
                Layout = new(112),
                Losses = [LossKind.Plain],
                Recipe = Recipe.Improved,
                Training = new() { Epochs = 1, Device = "cpu" },
            },
            new Listener());
        _paths = Directory.EnumerateFiles(data, "*.png", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetFileName(path));
    }

    public string Folder => Path.Combine(_folder.Path, "run");

    public string Temporary(string name) => Path.Combine(_folder.Path, name);

    public string PathOf(string image) => _paths[image];

    /// <summary>What the run itself gave its test images, by their names.</summary>
    public Dictionary<string, float[]> TestPredictions() => File.ReadLines(Path.Combine(Folder, "plain", "test-predictions.csv"))
        .Skip(1)
        .Select(line => line.Split(','))
        .ToDictionary(cells => cells[0], cells => cells[1..].Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))
            .ToArray());

    public void Dispose() => _folder.Dispose();
}
