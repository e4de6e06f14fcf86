using System.Runtime.InteropServices;
using ChestXray.Pipeline;
using static TorchSharp.torch;

namespace ChestXray.Model.Training;

/// <summary>
/// The batches' memory, made once for a run: image tensors that a source writes into directly. Not thread-safe.
/// </summary>
public sealed unsafe class BatchRing : IDisposable
{
    private readonly float*[] _pixels;
    private readonly float[][] _labels;
    private readonly Tensor[] _images;

    /// <param name="slots">Batches that may be in memory at once, from 2.</param>
    /// <param name="batchSize">Samples of a batch.</param>
    /// <param name="size">Height and width of a sample in pixels.</param>
    /// <exception cref="ArgumentException">A batch of more than 2^31 pixels.</exception>
    public BatchRing(int slots, int batchSize, int size)
    {
        if ((long)batchSize * size * size > int.MaxValue)
            throw new ArgumentException(
                $"A batch of {batchSize} images of {size} x {size} has more than 2^31 pixels; take a smaller batch.");
        Slots = slots;
        BatchSize = batchSize;
        Size = size;
        _images = new Tensor[slots];
        _pixels = new float*[slots];
        _labels = new float[slots][];
        for (int i = 0; i < slots; i++)
        {
            // Strides of channels_last: with one channel the bytes are the same, but the convolutions choose by the strides.
            using Tensor flat = empty([batchSize, size, size, 1], ScalarType.Float32);
            _images[i] = flat.permute(0, 3, 1, 2).DetachFromDisposeScope();
            _pixels[i] = (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(flat.bytes));
            _labels[i] = new float[batchSize * Findings.Count];
        }
    }

    /// <summary>Batches that may be in memory at once.</summary>
    public int Slots { get; }

    /// <summary>Samples of a batch.</summary>
    public int BatchSize { get; }

    /// <summary>Height and width of a sample in pixels.</summary>
    public int Size { get; }

    /// <summary>The pixels of a slot's first samples, to write into.</summary>
    public Span<float> Pixels(int slot, int count) => new(_pixels[slot], count * Size * Size);

    /// <summary>The labels of a slot's first samples.</summary>
    public Span<float> Labels(int slot, int count) => _labels[slot].AsSpan(0, count * Findings.Count);

    /// <summary>The images of a slot's first samples as N x 1 x S x S: the same memory, in the caller's dispose scope.</summary>
    public Tensor Images(int slot, int count) => _images[slot].narrow(0, 0, count);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor images in _images)
            images.Dispose();
    }
}
