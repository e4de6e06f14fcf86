using ChestXray.Kernels;
using ChestXray.Pipeline;

namespace ChestXray.Model.Feeding;

/// <summary>What one thread needs to make batches; grown to the largest batch and kept.</summary>
internal sealed class FeedLane(StoreLayout layout, PixelStatistics statistics)
{
    public CpuAugmenter Augmenter { get; } = new(new()
    {
        SourceHeight = layout.Size,
        SourceWidth = layout.Size,
        Mean = (float)statistics.Mean,
        Deviation = (float)statistics.StandardDeviation,
    });

    public int[] Records { get; private set; } = [];

    public Matrix2x3[] Matrices { get; private set; } = [];

    public void Reserve(int samples)
    {
        if (Records.Length >= samples)
            return;
        Records = new int[samples];
        Matrices = new Matrix2x3[samples];
    }
}
