using ChestXray.Model.Tests.Jobs;
using ChestXray.Pipeline;
using ChestXray.Pipeline.Phantoms;
using ChestXray.Tests;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Heat;

/// <summary>A phantom is drawn twice, with a sign and without it: what differs is the sign's place.</summary>
public class PointingGameTests
{
    private const int Side = 224, Changed = 8, Images = 2000;

    /// <summary>The pointing game's usual tolerance: 15 pixels of an image of about 500.</summary>
    private const int Tolerance = Side * 15 / 512;

    [Fact]
    public void The_heat_map_of_a_trained_network_is_highest_where_the_phantom_s_sign_is()
    {
        using TemporaryFolder folder = new();
        PhantomOptions phantoms = new() { Images = Images, Side = Side };
        string data = Path.Combine(folder.Path, "data"), run = Path.Combine(folder.Path, "run");
        PhantomSet.Write(data, phantoms);
        TrainingJobResult result = TrainingJob.Run(
            new()
            {
                DataFolder = data,
                RunFolder = run,
                CacheFolder = Path.Combine(folder.Path, "cache"),
                Layout = new(Side),
                Losses = [LossKind.Weighted],
                Training = new() { Epochs = 8, Patience = 0, Device = "cpu" },
            },
            new Listener());

        using Predictor predictor = Predictor.OfRun(Path.Combine(run, "weighted"));
        Dictionary<string, PhantomImage> drawn = Cohort.Make(phantoms).ToDictionary(image => image.FileName);
        Radiograph radiograph = new(Side);
        int games = 0, hits = 0;
        double chance = 0;
        SortedDictionary<int, (int Games, int Hits)> byFinding = [];
        foreach (SetImage image in result.Data.Sets[SplitSet.Test])
        {
            PhantomImage phantom = drawn[image.Label.FileName];
            byte[] with = radiograph.Draw(phantom, phantoms.Seed).ToArray();
            using Tensor pixels = Input(with, predictor.Card.Input);
            for (int finding = 0; finding < Findings.Count; finding++)
            {
                if (!phantom.Has(finding))
                    continue;
                byte[] without = radiograph.Draw(phantom with { Findings = phantom.Findings & ~(1 << finding) }, phantoms.Seed).ToArray();
                HeatMapScore score = HeatMapScore.Of(
                    HeatMap.Of(predictor.Network, pixels, finding).Resize(Side, Side), Box(with, without), (Side, Side));
                games++;
                hits += score.IsHit ? 1 : 0;
                (int g, int h) = byFinding.GetValueOrDefault(finding);
                byFinding[finding] = (g + 1, h + (score.IsHit ? 1 : 0));
                chance += score.Share;
            }
        }

        Assert.True(games > 150, $"{games} games");
        Assert.True(hits > 0.8 * games && hits > 1.2 * chance, $"{hits} hits in {games} games; by chance {chance:0}; AUC {result.Models[0].Evaluation.MeanRocAuc}; " + string.Join(' ', byFinding.Select(pair => $"{Findings.Names[pair.Key]} {pair.Value.Hits}/{pair.Value.Games}")));
    }

    private static Tensor Input(byte[] grey, PixelStatistics scale) =>
        tensor(Array.ConvertAll(grey, level => (float)((level - scale.Mean) / scale.StandardDeviation)), [1, 1, Side, Side]);

    private static (double, double, double, double) Box(byte[] with, byte[] without)
    {
        (int left, int top, int right, int bottom) = (Side, Side, -1, -1);
        for (int i = 0; i < with.Length; i++)
        {
            if (Math.Abs(with[i] - without[i]) < Changed)
                continue;
            (int y, int x) = (i / Side, i % Side);
            (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), Math.Max(bottom, y));
        }

        Assert.True(right >= 0, "the sign changes nothing");
        (left, top) = (Math.Max(0, left - Tolerance), Math.Max(0, top - Tolerance));
        return (left, top, Math.Min(Side, right + 1 + Tolerance) - left, Math.Min(Side, bottom + 1 + Tolerance) - top);
    }
}
