using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Networks;

/// <content>Values by name, in and out.</content>
public abstract partial class Network
{
    /// <summary>This network's type in the words of a safetensors file.</summary>
    internal string TypeName => Type == ScalarType.Float32 ? "F32" : "F64";

    /// <summary>
    /// Copies of all values under PyTorch's names and in its layout (a state_dict), in the order of <see cref="FileShapes"/>.
    /// </summary>
    public IReadOnlyList<SafetensorsEntry> Export()
    {
        Dictionary<string, Tensor> named = Named();
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return [.. FileShapes.Select(
            shape => new SafetensorsEntry(shape.Name, TypeName, shape.Dimensions, CopyBytes(named[shape.Name])))];
    }

    /// <summary>Takes all values from a file that holds them and nothing else, under these names and in this layout.</summary>
    /// <exception cref="InvalidDataException">
    /// A name, a shape or a type differs, or a value is not finite; the message says which. Nothing was changed.
    /// </exception>
    public void Import(SafetensorsFile file)
    {
        file.Require([.. FileShapes.Select(shape => (shape.Name, TypeName, shape.Dimensions))]);
        file.RequireFinite();
        Import(name => file[name].Data);
    }

    /// <summary>Takes all values by name, as <see cref="Export"/> gives them.</summary>
    internal void Import(Func<string, ReadOnlyMemory<byte>> read)
    {
        Dictionary<string, Tensor> named = Named();
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach (TensorShape shape in FileShapes)
            named[shape.Name].copy_(FromBytes(read(shape.Name).Span, shape.Dimensions, Type));
    }

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

    private Dictionary<string, Tensor> Named()
    {
        Dictionary<string, Tensor> named = [];
        for (int i = 0; i < Parameters.Shapes.Count; i++)
            named.Add(Parameters.Shapes[i].Name, Parameters[i]);
        for (int i = 0; i < RunningShapes.Count; i++)
            named.Add(RunningShapes[i].Name, Running(i));
        return named;
    }
}
