using ChestXray.Pipeline;

namespace ChestXray.Model.Tests.Exchange;

/// <summary>A card as a run writes it.</summary>
internal static class SampleCard
{
    public static ModelCard Of(string network, int size, int channels = 1, PixelScale scale = PixelScale.Data) => new()
    {
        Network = new() { Name = network, Channels = channels, Scale = scale },
        Layout = new(size),
        Mean = 120.5,
        StandardDeviation = 55.25,
        Labels = [.. Findings.Names],
        Thresholds = [.. Enumerable.Range(0, 14).Select(i => 0.3 + 0.02 * i)],
        AreThresholdsChosen = true,
        Loss = "weighted",
        Recipe = "improved",
        Epochs = 3,
        WeightsEpoch = 2,
        TrainingImages = 700,
        TrainingPositives = [.. Enumerable.Range(1, 14)],
    };
}
