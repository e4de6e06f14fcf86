namespace ChestXray.Kernels.Ops;

/// <summary>The type of a record's values.</summary>
internal enum RecordKind
{
    Byte,
    UInt16,
    Float32,
}
