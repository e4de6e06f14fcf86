using ChestXray.Kernels;
using ChestXray.Pipeline;

namespace ChestXray.Model.Feeding;

/// <summary>What one thread needs to make batches; grown to the largest batch and kept.</summary>
internal sealed class FeedLane(StoreLayout layout, PixelStatistics statistics)
{
    public CpuAugmenter Augmenter { get; } = new(Options(layout, statistics));

    /// <summary>Made where samples are resampled step by step.</summary>
    public ExactRotateZoom? Exact { get; set; }

    public int[] Records { get; private set; } = [];

    public Matrix2x3[] Matrices { get; private set; } = [];

    /// <summary>How every device makes samples of a store's records.</summary>
    public static AugmenterOptions Options(StoreLayout layout, PixelStatistics statistics) => new()
    {
        SourceHeight = layout.Size,
        SourceWidth = layout.Size,
        Mean = (float)(statistics.Mean * Scale(layout)),
        Deviation = (float)(statistics.StandardDeviation * Scale(layout)),
    };

    /// <summary>Stored units in one grey level.</summary>
    private static int Scale(StoreLayout layout) => layout.Pixels == PixelType.U16 ? 256 : 1;

    public void Reserve(int samples)
    {
        if (Records.Length >= samples)
            return;
        Records = new int[samples];
        Matrices = new Matrix2x3[samples];
    }
}
