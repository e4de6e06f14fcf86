using ILGPU;

namespace ChestXray.Kernels.Ops;

/// <summary>Records in a GPU's memory; a kernel is compiled for each of their types.</summary>
internal interface IRecordView
{
    /// <summary>The value at an index, in grey levels.</summary>
    float Load(long index);
}

internal readonly struct ByteRecords(ArrayView<byte> view) : IRecordView
{
    private readonly ArrayView<byte> _view = view;

    public float Load(long index) => _view[index];
}

internal readonly struct UInt16Records(ArrayView<ushort> view) : IRecordView
{
    private readonly ArrayView<ushort> _view = view;

    public float Load(long index) => _view[index];
}

internal readonly struct Float32Records(ArrayView<float> view) : IRecordView
{
    private readonly ArrayView<float> _view = view;

    public float Load(long index) => _view[index];
}
