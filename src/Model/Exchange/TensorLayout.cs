using System.Runtime.InteropServices;
using ChestXray.Model.Networks;

namespace ChestXray.Model.Exchange;

/// <summary>Turns tensors of other programs into PyTorch's order of axes and another float type.</summary>
internal static class TensorLayout
{
    /// <summary>Name, order of axes and type as a network of PyTorch's keeps them.</summary>
    /// <param name="entry">Any tensor; one that is no float is passed on as it is, for the strict comparison to refuse.</param>
    /// <param name="type">F32 or F64.</param>
    public static SafetensorsEntry ToPyTorch(SafetensorsEntry entry, string type)
    {
        bool isKeras = StateDictNames.IsKerasKernel(entry.Name) && entry.Shape.Length is 2 or 4;
        string name = StateDictNames.ToPyTorch(entry.Name);
        if (entry.Type is not ("F64" or "F32" or "F16" or "BF16"))
            return entry with { Name = name };
        entry = entry with { Name = name, Type = type, Data = Convert(entry, type) };
        return isKeras ? Transpose(entry) : entry;
    }

    private static ReadOnlyMemory<byte> Convert(SafetensorsEntry entry, string type)
    {
        if (entry.Type == type)
            return entry.Data;
        ReadOnlySpan<byte> bytes = entry.Data.Span;
        double[] values = entry.Type switch
        {
            "F64" => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            "F32" => [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(value => (double)value)],
            "F16" => [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (double)value)],
            _ => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray()
                .Select(value => (double)BitConverter.Int32BitsToSingle(value << 16))],
        };
        return type == "F64"
            ? MemoryMarshal.AsBytes<double>(values).ToArray()
            : MemoryMarshal.AsBytes<float>(Array.ConvertAll(values, value => (float)value)).ToArray();
    }

    /// <summary>(height, width, in, out) to (out, in, height, width), or (in, out) to (out, in).</summary>
    private static SafetensorsEntry Transpose(SafetensorsEntry entry)
    {
        int bytes = entry.Type == "F64" ? 8 : 4;
        long inputs = entry.Shape[^2], outputs = entry.Shape[^1], area = entry.Shape.Length == 4
            ? entry.Shape[0] * entry.Shape[1] : 1;
        byte[] to = new byte[entry.Data.Length];
        ReadOnlySpan<byte> from = entry.Data.Span;
        for (long k = 0; k < area; k++)
        {
            for (long i = 0; i < inputs; i++)
            {
                for (long o = 0; o < outputs; o++)
                    from.Slice((int)((k * inputs + i) * outputs + o) * bytes, bytes)
                        .CopyTo(to.AsSpan((int)((o * inputs + i) * area + k) * bytes));
            }
        }

        return entry with
        {
            Shape = entry.Shape.Length == 4 ? [outputs, inputs, entry.Shape[0], entry.Shape[1]] : [outputs, inputs],
            Data = to,
        };
    }
}
