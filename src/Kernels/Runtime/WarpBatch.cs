using ChestXray.Kernels.Ops;

namespace ChestXray.Kernels.Runtime;

/// <summary>One checked batch: pinned for as long as the pass runs.</summary>
internal readonly unsafe struct WarpBatch
{
    public void* Records { get; init; }

    public RecordKind RecordKind { get; init; }

    public int* Numbers { get; init; }

    public Matrix2x3* Matrices { get; init; }

    /// <summary>Null where no sample has a tone.</summary>
    public Tone* Tones { get; init; }

    public void* Output { get; init; }

    public OutputKind Kind { get; init; }

    public int Count { get; init; }
}
