using System.Text.Json;
using ChestXray.Model.Evaluation;
using ChestXray.Pipeline;

namespace ChestXray.Model.Tests.Evaluation;

/// <summary>A run's folder without its training: document, predictions, labels.</summary>
internal static class RunFolderSample
{
    private static readonly double[] _prevalence = [.. Enumerable.Range(1, Findings.Count).Select(i => 0.05 * i)];

    /// <summary>Writes one; returns its path.</summary>
    /// <param name="parent">Where.</param>
    /// <param name="name">Of the folder.</param>
    /// <param name="isOfficial">Of its split.</param>
    /// <param name="knowledge">How far its probabilities follow the labels, from 0.</param>
    /// <param name="firstPatient">Other patients make another test set.</param>
    /// <param name="recipe">`guide` or `improved`.</param>
    public static string Write(string parent, string name, bool isOfficial = false, double knowledge = 0.3, int firstPatient = 0,
        string recipe = "guide")
    {
        string folder = Path.Combine(parent, name);
        string[] losses = ["weighted", "plain"];
        for (int i = 0; i < losses.Length; i++)
        {
            Directory.CreateDirectory(Path.Combine(folder, losses[i]));
            Predictions test = Make(firstPatient, knowledge, i), validation = Make(firstPatient + 5000, knowledge, i);
            test.WriteCsv(Path.Combine(folder, losses[i], "test-predictions.csv"));
            validation.WriteCsv(Path.Combine(folder, losses[i], "validation-predictions.csv"));
            LabelFile.Write(Path.Combine(folder, "test-labels.csv"), test);
            LabelFile.Write(Path.Combine(folder, "validation-labels.csv"), validation);
        }

        File.WriteAllText(Path.Combine(folder, "run.json"), JsonSerializer.Serialize(new
        {
            phantom_data = false,
            options = new { recipe, split = new { seed = 0, official = isOfficial }, seed = 1 },
            models = losses.ToDictionary(loss => loss, _ => new { weights_epoch = 2, prevalence = _prevalence, history = Array.Empty<int>() }),
        }));
        return folder;
    }

    /// <summary>150 images of 75 patients; labels depend on the patients alone.</summary>
    public static Predictions Make(int firstPatient, double knowledge, int seed)
    {
        const int images = 150;
        Random labelled = new(firstPatient), random = new(seed + 17);
        byte[] labels = [.. Enumerable.Range(0, images * Findings.Count).Select(_ => (byte)(labelled.Next(5) == 0 ? 1 : 0))];
        double[] probabilities =
            [.. labels.Select(label => Math.Round((1 - knowledge) * random.NextDouble() + knowledge * label, 4))];
        return Predictions.From<double, byte>(
            Findings.Names, probabilities, labels, [.. Enumerable.Range(0, images).Select(i => new ImageFacts(
            $"{firstPatient + i / 2:D8}_{i % 2:D3}.png", firstPatient + i / 2, 30 + i % 40, i % 4 < 2
                ? 'F' : 'M', i % 3 == 0 ? "AP" : "PA"))]);
    }
}
