using ChestXray.Pipeline;
using ChestXray.Tests;

namespace ChestXray.Model.Tests.Jobs;

/// <summary>
/// What `train` does where nobody named any data, with the weighted loss: the options are the command line's own.
/// </summary>
public class PhantomTrainingTests
{
    [Fact]
    public void The_weighted_model_learns_the_signs_and_learns_nothing_from_shuffled_labels()
    {
        using TemporaryFolder folder = new();
        string data = Path.Combine(folder.Path, "data");
        PhantomSet.Write(data, new());

        TrainingJobResult honest = Train(folder, data, shuffle: false), control = Train(folder, data, shuffle: true);

        Assert.All(
            Enumerable.Range(0, Findings.Count), finding => Assert.True(
                honest.Data.Sets[SplitSet.Test].Where(image => image.Label.Has(finding))
                    .DistinctBy(image => image.Label.PatientId).Count() >= 5,
                $"{Findings.Names[finding]} has fewer than five test patients."));
        Assert.InRange(honest.Models[0].Evaluation.MeanRocAuc!.Value, 0.90, 1.0);
        Assert.InRange(control.Models[0].Evaluation.MeanRocAuc!.Value, 0.43, 0.57);
    }

    private static TrainingJobResult Train(TemporaryFolder folder, string data, bool shuffle) => TrainingJob.Run(
        new()
        {
            DataFolder = data,
            RunFolder = Path.Combine(folder.Path, shuffle ? "control" : "honest"),
            CacheFolder = Path.Combine(folder.Path, "cache"),
            Layout = new(112),
            Losses = [LossKind.Weighted],
            Training = new() { Epochs = 8, Device = "cpu" },
            ShuffleLabels = shuffle,
        },
        new Listener());
}
