using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Networks;

public sealed partial class GuideNetwork
{
    /// <summary>Copies of all 530,638 values under PyTorch's names and in its layout (a state_dict).</summary>
    public IReadOnlyList<SafetensorsEntry> Export()
    {
        List<SafetensorsEntry> entries = [];
        using (no_grad())
        using (NewDisposeScope())
        {
            for (int i = 0; i < ParameterShapes.Count; i++)
                entries.Add(new(ParameterShapes[i].Name, TypeName, ParameterShapes[i].Dimensions, CopyBytes(Parameters[i])));
            for (int i = 0; i < StatisticShapes.Count; i++)
                entries.Add(new(StatisticShapes[i].Name, TypeName, StatisticShapes[i].Dimensions, CopyBytes(Statistic(i))));
        }

        return entries;
    }

    /// <summary>Takes all values from a file that holds them and nothing else.</summary>
    /// <exception cref="InvalidDataException">A name, a shape or a type differs; the message says which. Nothing was changed.</exception>
    public void Import(SafetensorsFile file)
    {
        file.Require([.. ParameterShapes.Concat(StatisticShapes).Select(shape => (shape.Name, TypeName, shape.Dimensions))]);
        Import(name => file[name].Data);
    }

    /// <summary>Takes all values by name, as <see cref="Export"/> gives them.</summary>
    internal void Import(Func<string, ReadOnlyMemory<byte>> read)
    {
        using (no_grad())
        using (NewDisposeScope())
        {
            for (int i = 0; i < ParameterShapes.Count; i++)
                Parameters[i].copy_(FromBytes(read(ParameterShapes[i].Name).Span, ParameterShapes[i].Dimensions, Type));
            for (int i = 0; i < StatisticShapes.Count; i++)
                Statistic(i).copy_(FromBytes(read(StatisticShapes[i].Name).Span, StatisticShapes[i].Dimensions, Type));
        }
    }

    /// <summary>This network's type in the words of a safetensors file.</summary>
    internal string TypeName => Type == ScalarType.Float32 ? "F32" : "F64";

    /// <summary>A copy of a tensor's values, row by row.</summary>
    internal static byte[] CopyBytes(Tensor tensor)
    {
        using Tensor rows = tensor.detach().cpu().contiguous();
        return rows.bytes.ToArray();
    }

    /// <summary>A tensor on the CPU with a copy of the values.</summary>
    internal static Tensor FromBytes(ReadOnlySpan<byte> values, long[] shape, ScalarType type)
    {
        Tensor tensor = empty(shape, type);
        values.CopyTo(tensor.bytes);
        return tensor;
    }

    private Tensor Statistic(int index) => index % 2 == 0 ? _means[index / 2] : _variances[index / 2];
}
