using ChestXray.Pipeline.Phantoms;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Quality;

/// <summary>Thirty copies planted among 1,000 real radiographs: re-encoded, resized, brighter and darker.</summary>
public sealed class RealDuplicateTests
{
    private const int Planted = 30;

    [Fact]
    public void All_planted_copies_are_found_and_the_only_other_pair_is_a_real_one()
    {
        using PlantedSet set = new(SharedData.Require("nih-256"));
        Dictionary<string, string> copies = [];
        for (int i = 0; i < Planted; i++)
        {
            int image = (i * 31) + 5;
            string name = $"{90000001 + i}_000.png", path = set.AddCopy(image, name, 90000001 + i);
            copies[name] = Path.ChangeExtension(set.NameOf(image), ".png");
            (byte[] pixels, int width, _) = set.Grey(image);
            (string extension, byte[] file) = Variant(i % 6, pixels, width);
            File.WriteAllBytes(Path.ChangeExtension(path, extension), file);
        }

        InspectionResult result = set.Inspect(new(224));

        QualityProblem[] found = [.. result.Problems.Where(problem => problem.Other is not null)];
        foreach ((string copy, string original) in copies)
            Assert.Contains(found, problem => problem.Name == copy && problem.Other == original
                && problem.Code == "near-duplicate-across-patients");
        (string, string)[] others = [.. found.Where(problem => !copies.ContainsKey(problem.Name)
            && !copies.ContainsKey(problem.Other!)).Select(problem => (problem.Name, problem.Other!))];
        // The one pair is a radiograph that NIH's set really holds twice.
        Assert.Equal([("00002658_002.png", "00002658_001.png")], others);
    }

    private static (string Extension, byte[] File) Variant(int kind, byte[] pixels, int side) => kind switch
    {
        0 => (".jpg", PlantedSet.Jpeg(pixels, side, side, 40)),
        1 => (".png", GreyPng.Encode(PlantedSet.Resize(pixels, side, 512, 512), 512, rgba: false)),
        2 => (".jpg", PlantedSet.Jpeg(PlantedSet.Resize(pixels, side, 180, 180), 180, 180, 85)),
        3 => (".png", GreyPng.Encode([.. pixels.Select(level => (byte)Math.Min(255, level + 40))], side, rgba: false)),
        4 => (".png", GreyPng.Encode([.. pixels.Select(level => (byte)Math.Max(0, (level * 0.75) - 10))], side, rgba: true)),
        _ => (".jpg", PlantedSet.Jpeg([.. pixels.Select(level => (byte)(255 * Math.Pow(level / 255.0, 0.8)))], side, side, 60)),
    };
}
