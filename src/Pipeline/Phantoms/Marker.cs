using System.Globalization;

namespace ChestXray.Pipeline.Phantoms;

/// <summary>The text file that says that a folder holds phantoms, what made them, and whether all are there.</summary>
internal sealed record Marker(int Generator, int Images, int Side, ulong Seed, bool IsComplete)
{
    public const string FileName = "PHANTOM_DATA.txt";

    private const string Complete = "complete", Unfinished = "unfinished";

    public static Marker Of(PhantomOptions options, bool isComplete) =>
        new(PhantomSet.GeneratorVersion, options.Images, options.Side, options.Seed, isComplete);

    /// <summary>Reads a folder's marker; null where there is none.</summary>
    /// <exception cref="InvalidDataException">It is not as this program writes it.</exception>
    public static Marker? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        Dictionary<string, string> values = [];
        foreach (string line in File.ReadLines(path))
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon > 0)
                values.TryAdd(line[..colon], line[(colon + 2)..]);
        }

        string state = values.GetValueOrDefault("state", "");
        if (int.TryParse(values.GetValueOrDefault("generator"), CultureInfo.InvariantCulture, out int generator) &&
            int.TryParse(values.GetValueOrDefault("images"), CultureInfo.InvariantCulture, out int images) &&
            int.TryParse(values.GetValueOrDefault("side"), CultureInfo.InvariantCulture, out int side) &&
            ulong.TryParse(values.GetValueOrDefault("seed"), CultureInfo.InvariantCulture, out ulong seed) &&
            state is Complete or Unfinished)
        {
            return new Marker(generator, images, side, seed, state == Complete);
        }

        throw new InvalidDataException(
            $"{path} does not name generator, images, side, seed and state: it was changed or cut off. " +
            "Delete the folder, or choose another, to have the phantoms drawn anew.");
    }

    public string Text => $"""
        PHANTOM DATA: a program drew these radiographs and their labels. They show no person and no disease.
        made by: ChestXray
        generator: {Generator}
        images: {Images}
        side: {Side}
        seed: {Seed}
        state: {(IsComplete ? Complete : Unfinished)}

        """;

    public override string ToString() => $"{Images} images of {Side} x {Side}, seed {Seed}, generator {Generator}";
}
