namespace ChestXray.Kernels.Ops;

/// <summary>The numbers of one launch of <see cref="WeightedBceKernel"/>; go to the device by value.</summary>
internal readonly struct WeightedBceShape(int rows, int classes, float focal, float smoothing, float scale)
{
    public int Rows { get; } = rows;

    public int Classes { get; } = classes;

    public float Focal { get; } = focal;

    public float Smoothing { get; } = smoothing;

    public float Scale { get; } = scale;
}
