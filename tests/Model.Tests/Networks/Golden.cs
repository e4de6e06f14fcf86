using System.Runtime.InteropServices;
using ChestXray.Model.Networks;

namespace ChestXray.Model.Tests.Networks;

/// <summary>TensorFlow's tensors as doubles, and in PyTorch's names and layout.</summary>
internal static class Golden
{
    public static double[] Values(SafetensorsEntry entry)
    {
        ReadOnlySpan<byte> bytes = entry.Data.Span;
        return entry.Type switch
        {
            "F64" => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            "F32" => [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(value => (double)value)],
            "F16" => [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (double)value)],
            "U8" => [.. bytes.ToArray().Select(value => (double)value)],
            _ => throw new NotSupportedException(entry.Type),
        };
    }

    public static float[] Floats(SafetensorsEntry entry) => [.. Values(entry).Select(value => (float)value)];

    /// <summary>A Keras kernel (height, width, in, out) or (in, out) in PyTorch's order; vectors as they are.</summary>
    public static double[] Transposed(SafetensorsEntry entry)
    {
        double[] from = Values(entry);
        if (entry.Shape.Length == 1)
            return from;
        long outputs = entry.Shape[^1], inputs = entry.Shape[^2], area = from.Length / outputs / inputs;
        double[] to = new double[from.Length];
        for (long k = 0; k < area; k++)
        {
            for (long i = 0; i < inputs; i++)
            {
                for (long o = 0; o < outputs; o++)
                    to[(o * inputs + i) * area + k] = from[(k * inputs + i) * outputs + o];
            }
        }

        return to;
    }

    /// <summary>PyTorch's name to Keras': conv1.weight is conv1.kernel, norm1.bias is norm1.beta, and so on.</summary>
    public static string KerasName(string name)
    {
        string[] parts = name.Split('.');
        bool isNorm = parts[0].StartsWith("norm", StringComparison.Ordinal);
        string value = parts[1] switch
        {
            "weight" => isNorm ? "gamma" : "kernel",
            "bias" => isNorm ? "beta" : "bias",
            "running_mean" => "moving_mean",
            _ => "moving_variance",
        };
        return $"{parts[0]}.{value}";
    }

    /// <summary>The relative distance of two vectors: |a - b| / |b|.</summary>
    public static double Distance(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < b.Count; i++)
        {
            difference += (a[i] - b[i]) * (a[i] - b[i]);
            norm += b[i] * b[i];
        }

        return Math.Sqrt(difference / norm);
    }
}
