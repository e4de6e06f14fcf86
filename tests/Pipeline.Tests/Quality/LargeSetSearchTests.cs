using System.Diagnostics;
using ChestXray.Pipeline.Quality;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Quality;

/// <summary>
/// The search for copies in many pictures: 1,000 radiographs, each shifted, turned and zoomed a little, over and over.
/// </summary>
public sealed class LargeSetSearchTests(ITestOutputHelper output)
{
    private const int Pictures = 20_000, Cells = PerceptualHash.Side * PerceptualHash.Side;

    [Fact]
    public void Copies_are_found_and_few_pairs_are_compared()
    {
        byte[] thumbnails = Vary(SharedData.Require("nih-256"), Pictures);
        for (int copy = 0; copy < 100; copy++)
        {
            for (int i = 0; i < Cells; i++)
                thumbnails[((Pictures - 1 - copy) * Cells) + i] =
                    (byte)Math.Min(255, (thumbnails[(copy * 37 * Cells) + i] * 0.9) + 14);
        }

        Stopwatch watch = Stopwatch.StartNew();
        float[] coefficients = new float[Pictures * PerceptualHash.Bits];
        Parallel.For(0, Pictures, i => PerceptualHash.Transform(
            thumbnails.AsSpan(i * Cells, Cells), coefficients.AsSpan(i * PerceptualHash.Bits, PerceptualHash.Bits)));
        float[] medians = PerceptualHash.Medians(coefficients);
        UInt128[] hashes = [.. Enumerable.Range(0, Pictures)
            .Select(i => PerceptualHash.Of(coefficients.AsSpan(i * PerceptualHash.Bits, PerceptualHash.Bits), medians))];
        TimeSpan hashing = watch.Elapsed;
        DuplicateSearch search =
            new(hashes, i => DuplicateSearch.Detail(thumbnails.AsSpan(i * Cells, Cells), PerceptualHash.Side));
        List<DuplicatePair> pairs = search.Run([.. Enumerable.Range(0, Pictures)], CancellationToken.None);
        TimeSpan searching = watch.Elapsed - hashing;
        List<OrientationSearch.Suspect> suspects = new OrientationSearch().Run(thumbnails, [.. Enumerable.Range(0, Pictures)]);
        output.WriteLine(
            $"{Pictures:N0} pictures: hashes {hashing.TotalSeconds:0.00} s, search {searching.TotalSeconds:0.00} s, {search.Candidates:N0} pairs compared, {pairs.Count:N0} found; " +
            $"orientation {(watch.Elapsed - hashing - searching).TotalSeconds:0.00} s, {suspects.Count:N0} suspects");

        for (int copy = 0; copy < 100; copy++)
            Assert.Contains(pairs, pair => pair.Second == Pictures - 1 - copy || pair.First == copy * 37);
        Assert.InRange(search.Candidates, 100, 10L * Pictures);
    }

    private static byte[] Vary(string folder, int pictures)
    {
        using PlantedSet set = new(folder);
        byte[][] originals = [.. Enumerable.Range(0, set.Images.Count).Select(i => set.Grey(i).Pixels)];
        byte[] thumbnails = new byte[pictures * Cells];
        Parallel.For(0, pictures, i =>
        {
            Random random = new(i);
            byte[] source = originals[random.Next(originals.Length)];
            double angle = (random.NextDouble() - 0.5) * 0.3, zoom = 0.85 +
                (0.3 * random.NextDouble()), dx = (random.NextDouble() - 0.5) * 40, dy = (random.NextDouble() - 0.5) * 40;
            (double sine, double cosine) = Math.SinCos(angle);
            for (int cell = 0; cell < Cells; cell++)
            {
                int sum = 0;
                for (int part = 0; part < 16; part++)
                {
                    double x = ((cell % 32 * 8) + (part % 4 * 2) - 127) * zoom,
                        y = ((cell / 32 * 8) + (part / 4 * 2) - 127) * zoom;
                    int column = Math.Clamp((int)((cosine * x) - (sine * y) + dx + 127), 0, 255),
                        row = Math.Clamp((int)((sine * x) + (cosine * y) + dy + 127), 0, 255);
                    sum += source[(row * 256) + column];
                }

                thumbnails[(i * Cells) + cell] = (byte)(sum / 16);
            }
        });
        return thumbnails;
    }
}
