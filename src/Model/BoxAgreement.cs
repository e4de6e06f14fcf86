using ChestXray.Model.Feeding;
using ChestXray.Model.Networks;
using ChestXray.Pipeline;
using static TorchSharp.torch;

namespace ChestXray.Model;

/// <summary>How well a model's heat maps meet published boxes.</summary>
/// <param name="Boxes">Boxes whose images were at hand.</param>
/// <param name="Hits">Of those, how many hold the map's highest place (the pointing game).</param>
/// <param name="MeanOverlap">Mean intersection over union with the map's hot part.</param>
/// <param name="Chance">Mean share of the image that a box covers: the hits of a random guess, as a share.</param>
public sealed record BoxAgreement(int Boxes, int Hits, double MeanOverlap, double Chance)
{
    private const int MapSide = 256;

    /// <summary>Makes the heat map of each box' finding and compares.</summary>
    internal static BoxAgreement Of(
        Network network, ModelCard card, IReadOnlyList<string> paths, ILookup<string, (int Finding, double Left, double Top, double Width, double Height)> boxes,
        CancellationToken cancellation)
    {
        string[] known = [.. paths.Where(path => boxes.Contains(Path.GetFileNameWithoutExtension(path)))];
        using ImageFileSource source = new(known, card);
        float[] pixels = new float[source.Size * source.Size], labels = new float[Findings.Count];
        List<HeatMapScore> scores = [];
        for (int i = 0; i < known.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            source.Read(0, i, 1, pixels, labels);
            if (source.Broken.ContainsKey(i))
                continue;
            using Tensor image = tensor(pixels, [1, 1, source.Size, source.Size]);
            foreach ((int finding, double left, double top, double width,
                double height) in boxes[Path.GetFileNameWithoutExtension(known[i])])
            {
                HeatMap map = HeatMap.Of(network, image, finding).Resize(MapSide, MapSide);
                scores.Add(HeatMapScore.Of(map, (left, top, width, height), (PublishedBoxes.Side, PublishedBoxes.Side)));
            }
        }

        return new(
            scores.Count, scores.Count(score => score.IsHit),
            scores.Select(score => score.Overlap).DefaultIfEmpty(double.NaN).Average(),
            scores.Select(score => score.Share).DefaultIfEmpty(double.NaN).Average());
    }
}
