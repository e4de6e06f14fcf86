using ChestXray.Pipeline.Phantoms;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Quality;

/// <summary>Radiographs turned and inverted among 1,000 real ones.</summary>
public sealed class RealOrientationTests(ITestOutputHelper output)
{
    private const int Planted = 60;

    [Fact]
    public void Turned_and_inverted_radiographs_are_suspected_and_few_others()
    {
        using PlantedSet set = new(SharedData.Require("nih-256"));
        Dictionary<string, string> planted = [];
        for (int i = 0; i < Planted; i++)
        {
            int image = (i * 16) + 3, last = 255;
            (byte[] pixels, int side, _) = set.Grey(image);
            byte[] turned = new byte[pixels.Length];
            for (int y = 0; y < side; y++)
            {
                for (int x = 0; x < side; x++)
                {
                    turned[(y * side) + x] = (i % 4) switch
                    {
                        0 => (byte)(last - pixels[(y * side) + x]),
                        1 => pixels[((last - y) * side) + last - x],
                        2 => pixels[(x * side) + last - y],
                        _ => pixels[((last - x) * side) + y],
                    };
                }
            }

            File.Delete(set.Images[image]);
            File.WriteAllBytes(Path.ChangeExtension(set.Images[image], ".png"), GreyPng.Encode(turned, side, rgba: false));
            planted[Path.ChangeExtension(set.NameOf(image), ".png")] = i % 4 == 0 ? "inverted" : "rotated";
        }

        InspectionResult result = set.Inspect(new(224));

        QualityProblem[] suspects = [.. result.Problems.Where(problem => problem.Code is "rotated" or "inverted" or "mirrored")];
        int found = suspects.Count(problem => planted.GetValueOrDefault(problem.Name) == problem.Code);
        QualityProblem[] others = [.. suspects.Where(problem => !planted.ContainsKey(problem.Name))];
        output.WriteLine($"{found} of {Planted} planted, {others.Length} others: {string.Join(", ", others.Select(problem => $"{problem.Name} {problem.Code}"))}");
        Assert.InRange(found, 0.9 * Planted, Planted);
        Assert.InRange(others.Length, 0, 12);
    }
}
