namespace ChestXray.Kernels.Ops;

/// <summary>Which types the passes read and write.</summary>
internal static class ElementKinds
{
    public static RecordKind Record<T>()
    {
        if (typeof(T) == typeof(byte))
            return RecordKind.Byte;
        if (typeof(T) == typeof(ushort))
            return RecordKind.UInt16;
        return typeof(T) == typeof(float)
            ? RecordKind.Float32
            : throw new ArgumentException($"Records of {typeof(T).Name} cannot be read: use byte, ushort or float.", "records");
    }

    public static OutputKind Output<T>()
    {
        if (typeof(T) == typeof(float))
            return OutputKind.Float32;
        if (typeof(T) == typeof(Half))
            return OutputKind.Float16;
        return typeof(T) == typeof(BFloat16)
            ? OutputKind.BFloat16
            : throw new ArgumentException($"Samples of {typeof(T).Name} cannot be written: use float, Half or BFloat16.",
                "destination");
    }

    public static int Bytes(RecordKind kind) => kind switch { RecordKind.Byte => 1, RecordKind.UInt16 => 2, _ => 4 };

    public static int Bytes(OutputKind kind) => kind == OutputKind.Float32 ? 4 : 2;

    /// <summary>The level that gamma leaves alone.</summary>
    public static float White(AugmenterOptions options, RecordKind kind) =>
        options.White != 0 ? options.White : kind switch { RecordKind.Byte => 255, RecordKind.UInt16 => 65_535, _ => 1 };
}
