namespace ChestXray.Kernels.Runtime;

/// <summary>One checked batch: pinned for as long as the pass runs.</summary>
internal readonly unsafe struct WarpBatch(byte* records, int* numbers, Matrix2x3* matrices, float* output, int count, bool wide)
{
    public byte* Records { get; } = records;

    public int* Numbers { get; } = numbers;

    public Matrix2x3* Matrices { get; } = matrices;

    public float* Output { get; } = output;

    /// <summary>Whether records hold 16-bit values.</summary>
    public bool Wide { get; } = wide;

    public int Count { get; } = count;
}
