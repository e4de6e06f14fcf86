using ChestXray.Kernels;
using ChestXray.Pipeline;

namespace ChestXray.Model.Gpu;

/// <summary>
/// What a batch brings along beside its pixels, as one block of bytes that is copied in one go: its plan, its labels and its
/// dropout mask, each beginning at a multiple of 256.
/// </summary>
/// <param name="BatchSize">Samples at most.</param>
/// <param name="Size">Height and width of a sample.</param>
/// <param name="MaskFeatures">Features that dropout masks; 0 for none.</param>
internal readonly record struct RingShape(int BatchSize, int Size, int MaskFeatures)
{
    /// <summary>Values of a batch's pixels.</summary>
    public long Values => (long)BatchSize * Size * Size;

    /// <summary>Where the labels begin.</summary>
    public int LabelsAt => Aligned(BatchSize * AugmentPlan.SampleBytes);

    /// <summary>Where the mask begins.</summary>
    public int MaskAt => LabelsAt + Aligned(BatchSize * Findings.Count * sizeof(float));

    /// <summary>Bytes in all.</summary>
    public int SideBytes => MaskAt + Aligned(BatchSize * MaskFeatures * sizeof(float));

    private static int Aligned(int bytes) =>
        checked(bytes + AugmentPlan.Alignment - 1) / AugmentPlan.Alignment * AugmentPlan.Alignment;
}
