using System.Globalization;
using ChestXray.Model.Jobs;
using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>What a prediction gave.</summary>
/// <param name="Card">The model.</param>
/// <param name="Images">In the order in which they were named; broken ones are left out.</param>
/// <param name="Unreadable">What could not be read, with the reason.</param>
/// <param name="Seconds">Wall time of decoding and computing.</param>
public sealed record PredictionJobResult(
    ModelCard Card, IReadOnlyList<ImagePrediction> Images, IReadOnlyList<NamedProblem> Unreadable, double Seconds)
{
    /// <summary>How heat maps meet published boxes; null where nobody asked.</summary>
    public BoxAgreement? Agreement { get; init; }

    /// <summary>Images a second, broken ones included.</summary>
    public double ImagesPerSecond => (Images.Count + Unreadable.Count) / Math.Max(Seconds, 1e-9);

    /// <summary>One JSON document.</summary>
    public string ToJson() => JobJson.Write(new Dictionary<string, object?>
    {
        ["phantom_data"] = Card.PhantomData,
        ["not_for_medical_use"] = true,
        ["model"] = Card.Network.Name,
        ["loss"] = Card.Loss,
        ["thresholds"] = Card.Labels.Zip(Card.Thresholds).ToDictionary(pair => pair.First, pair => pair.Second),
        ["thresholds_chosen_on_validation"] = Card.AreThresholdsChosen,
        ["images"] = Images.Select(image => new
        {
            path = image.Path,
            probabilities = Card.Labels.Zip(image.Probabilities).ToDictionary(pair => pair.First, pair => pair.Second),
            positives = image.Positives,
        }),
        ["unreadable"] = Unreadable.Select(problem => new { path = problem.Name, reason = problem.Kind, detail = problem.Detail }),
        ["boxes"] = Agreement,
        ["seconds"] = Seconds,
        ["images_per_second"] = ImagesPerSecond,
    });

    /// <summary>The file that `score` reads: `Image Index` (the file's name), then one column per finding.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void WriteCsv(string path)
    {
        using StreamWriter text = new(path) { NewLine = "\n" };
        text.WriteLine("Image Index," + string.Join(',', Findings.Names));
        foreach (ImagePrediction image in Images)
        {
            string name = Path.GetFileName(image.Path);
            if (name.AsSpan().IndexOfAny(',', '"', '\n') >= 0)
                name = $"\"{name.Replace("\"", "\"\"")}\"";
            text.WriteLine($"{name},{string.Join(',', image.Probabilities.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}");
        }
    }
}
