using ChestXray.Model.Exchange;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ChestXray.Model;

/// <summary>An ONNX file that this program exported, computed by ONNX Runtime on the CPU.</summary>
public sealed class OnnxModel : IImageModel
{
    private static readonly string[] _inputs = [OnnxNames.Images], _outputs = [OnnxNames.Probabilities];
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    /// <summary>Opens a file.</summary>
    /// <param name="path">Of `export --format onnx`.</param>
    /// <param name="threads">Threads inside one operation; 0: one per core.</param>
    /// <param name="batchSize">Samples at a time.</param>
    /// <exception cref="InvalidDataException">No ONNX file, or one that says nothing about its images.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public OnnxModel(string path, int threads = 0, int batchSize = 32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        BatchSize = batchSize;
        byte[] bytes = File.ReadAllBytes(path);
        try
        {
            using SessionOptions options = new()
            {
                IntraOpNumThreads = threads,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            _session = new InferenceSession(bytes, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidDataException($"{path} is no usable ONNX file: {error.Message}", error);
        }

        try
        {
            if (!_session.ModelMetadata.CustomMetadataMap.TryGetValue(OnnxNames.Card, out string? json))
            {
                throw new InvalidDataException(
                    $"{path} does not say what its images must look like (metadata '{OnnxNames.Card}'): only files of `chestxray export` are read.");
            }

            Card = ModelCard.FromJson(path, json);
            RequireShape(path);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ModelCard Card { get; }

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public unsafe void Infer(BatchRing ring, int slot, int count, Span<float> probabilities)
    {
        Span<float> pixels = ring.Pixels(slot, count);
        fixed (float* at = pixels)
        {
            using OrtValue images = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [count, 1, ring.Size, ring.Size], (nint)at,
                (long)pixels.Length * sizeof(float));
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_options, _inputs, [images], _outputs);
            results[0].GetTensorDataAsSpan<float>().CopyTo(probabilities);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    private void RequireShape(string path)
    {
        bool fits = _session.InputMetadata.TryGetValue(OnnxNames.Images, out NodeMetadata? images)
            && images.ElementDataType == TensorElementType.Float && images.Dimensions is [_, 1, int height, int width]
            && height == Card.Layout.Size && width == height
            && _session.OutputMetadata.TryGetValue(OnnxNames.Probabilities, out NodeMetadata? outputs)
            && outputs.ElementDataType == TensorElementType.Float && outputs.Dimensions is [_, Findings.Count];
        if (!fits)
        {
            throw new InvalidDataException(
                $"{path} does not take float {OnnxNames.Images} of N x 1 x {Card.Layout.Size} x {Card.Layout.Size} and give float {OnnxNames.Probabilities} of " +
                $"N x {Findings.Count}, as its own card says it does.");
        }
    }
}
