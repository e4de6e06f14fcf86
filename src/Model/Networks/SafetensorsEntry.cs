using System.Buffers.Binary;

namespace ChestXray.Model.Networks;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Unique in its file.</param>
/// <param name="Type">The format's own word: F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL.</param>
/// <param name="Shape">Sizes, outermost first; empty for a single value.</param>
/// <param name="Data">Little-endian values, row by row.</param>
public sealed record SafetensorsEntry(string Name, string Type, long[] Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>
    /// The first value that a condition holds for, and its place; null where there is none, or where the type is no float of 4
    /// or 8 bytes.
    /// </summary>
    internal (long At, double Value)? Find(Func<double, bool> condition)
    {
        ReadOnlySpan<byte> bytes = Data.Span;
        int size = Type switch { "F64" => 8, "F32" => 4, _ => 0 };
        for (int i = 0; size > 0 && i < bytes.Length / size; i++)
        {
            double value = size == 8
                ? BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * 8)..])
                : BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * 4)..]);
            if (condition(value))
                return (i, value);
        }

        return null;
    }

    /// <summary>Bytes of one value, or 0 for a word that is none of the types above.</summary>
    internal static int SizeOf(string type) => type switch
    {
        "F64" or "I64" => 8,
        "F32" or "I32" => 4,
        "F16" or "BF16" or "I16" => 2,
        "U8" or "I8" or "BOOL" => 1,
        _ => 0,
    };

    /// <summary>Bytes that a tensor of this type and shape has.</summary>
    /// <exception cref="InvalidDataException">An unknown type, a negative size, or more than fit into 63 bits.</exception>
    internal static long BytesOf(string name, string type, ReadOnlySpan<long> shape)
    {
        long bytes = SizeOf(type);
        if (bytes == 0)
            throw new InvalidDataException(
                $"Tensor '{name}' has the type '{type}'; known are F64, F32, F16, BF16, I64, I32, I16, I8, U8 and BOOL.");
        foreach (long size in shape)
        {
            if (size < 0 || (size > 0 && bytes > long.MaxValue / size))
                throw new InvalidDataException($"Tensor '{name}' has the size {size} in its shape, which no file can hold.");
            bytes *= size;
        }

        return bytes;
    }
}
