using TorchSharp;
using TorchSharp.Modules;

namespace ChestXray.Model.Training;

/// <summary>The run's curves as TensorBoard event files, through the tensor library's own writer. Not thread-safe.</summary>
/// <remarks>A resumed run begins another file beside the first; TensorBoard shows both as one run.</remarks>
internal sealed class EventLog(string folder)
{
    /// <summary>Steps from one point of a step's curves to the next.</summary>
    private const long StepsPerPoint = 10;

    private readonly SummaryWriter _writer = torch.utils.tensorboard.SummaryWriter(folder);

    public void Add(long number, in StepReport step)
    {
        if (number % StepsPerPoint != 0)
            return;
        Point("step/loss", step.BatchLoss, number);
        Point("step/gradient norm", step.GradientNorm, number);
        Point("step/weight norm", step.WeightNorm, number);
        Point("step/learning rate", step.LearningRate, number);
        Point("step/images per second", step.ImagesPerSecond, number);
    }

    public void Add(EpochMetrics epoch)
    {
        Add("train", epoch.Train, epoch.Epoch);
        Add("validation", epoch.Validation, epoch.Epoch);
    }

    private void Add(string set, SetMetrics metrics, int epoch)
    {
        Point($"loss/{set}", metrics.Loss, epoch);
        Point($"binary accuracy/{set}", metrics.BinaryAccuracy, epoch);
        Point($"precision/{set}", metrics.Precision, epoch);
        Point($"recall/{set}", metrics.Recall, epoch);
        Point($"AUC/{set}", metrics.Auc, epoch);
    }

    private void Point(string curve, double value, long at) => _writer.add_scalar(curve, (float)value, checked((int)at));
}
