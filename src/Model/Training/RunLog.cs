using System.Buffers;
using System.Text.Json;

namespace ChestXray.Model.Training;

/// <summary>
/// The run's JSON lines, one per training step and one per epoch, for whoever watches or draws. Not thread-safe.
/// </summary>
/// <remarks>
/// A resumed run repeats the steps after its checkpoint: of two lines with the same step, the later one counts.
/// </remarks>
internal sealed class RunLog : IDisposable
{
    private static readonly TimeSpan _flushEvery = TimeSpan.FromSeconds(5);
    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _line = new(512);
    private readonly Utf8JsonWriter _json;
    private long _flushed = Environment.TickCount64;

    public RunLog(string path, bool appends)
    {
        _file = new FileStream(path, appends ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 14);
        _json = new Utf8JsonWriter(_line);
    }

    public void Add(long number, in StepReport step)
    {
        Begin("step", step.Epoch);
        _json.WriteNumber("step"u8, number);
        _json.WriteNumber("samples"u8, step.Samples);
        Number("batch_loss", step.BatchLoss);
        Number("loss", step.Loss);
        Number("learning_rate", step.LearningRate);
        Number("gradient_norm", step.GradientNorm);
        Number("weight_norm", step.WeightNorm);
        Number("images_per_second", step.ImagesPerSecond);
        End();
    }

    public void Add(EpochMetrics epoch)
    {
        Begin("epoch", epoch.Epoch);
        Number("learning_rate", epoch.LearningRate);
        Metrics("", epoch.Train);
        Metrics("val_", epoch.Validation);
        Number("seconds", epoch.TrainSeconds);
        Number("images_per_second", epoch.TrainImagesPerSecond);
        End();
        _file.Flush();
    }

    public void Dispose()
    {
        _json.Dispose();
        _file.Dispose();
    }

    private void Metrics(string prefix, SetMetrics metrics)
    {
        Number(prefix + "loss", metrics.Loss);
        Number(prefix + "binary_accuracy", metrics.BinaryAccuracy);
        Number(prefix + "precision", metrics.Precision);
        Number(prefix + "recall", metrics.Recall);
        Number(prefix + "auc", metrics.Auc);
    }

    private void Begin(string kind, int epoch)
    {
        _json.WriteStartObject();
        _json.WriteString("kind"u8, kind);
        _json.WriteNumber("epoch"u8, epoch);
    }

    // JSON knows no NaN.
    private void Number(string name, double value)
    {
        if (double.IsFinite(value))
            _json.WriteNumber(name, value);
        else
            _json.WriteNull(name);
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
        _file.Write(_line.WrittenSpan);
        _line.ResetWrittenCount();
        _json.Reset();
        long now = Environment.TickCount64;
        if (now - _flushed < _flushEvery.TotalMilliseconds)
            return;
        _flushed = now;
        _file.Flush();
    }
}
