using System.Runtime.InteropServices;

namespace ChestXray.Model.Exchange;

/// <summary>A network as an ONNX graph: nodes in the order of work, constants by name. Built by one thread.</summary>
internal sealed class OnnxGraph
{
    private const long FloatType = 1, OperatorSet = 13, IrVersion = 8;
    private const long IsFloat = 1, IsInteger = 2, AreIntegers = 7;
    private readonly List<OnnxMessage> _nodes = [];
    private readonly List<OnnxMessage> _constants = [];
    private readonly Func<string, (long[] Shape, float[] Values)> _values;
    private readonly HashSet<string> _known = [];

    /// <param name="values">A network's values by name.</param>
    public OnnxGraph(Func<string, (long[] Shape, float[] Values)> values) => _values = values;

    /// <summary>A convolution of the kernel that lies under a name; bias where there is one.</summary>
    public string Convolution(string x, string weight, string? bias = null, long stride = 1, long padding = 0)
    {
        long[] shape = _values(weight).Shape;
        string[] inputs = bias is null ? [x, Value(weight)] : [x, Value(weight), Value(bias)];
        return Add("Conv", inputs,
            Integers("kernel_shape", shape[2], shape[3]), Integers("strides", stride, stride),
            Integers("pads", padding, padding, padding, padding));
    }

    /// <summary>A batch norm with running statistics.</summary>
    /// <param name="x">Its input.</param>
    /// <param name="name">Of its four values, before the dot.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public string Norm(string x, string name, double epsilon) => Add(
        "BatchNormalization", [x, Value(name + ".weight"), Value(name + ".bias"), Value(name + ".running_mean"),
            Value(name + ".running_var")],
        Float("epsilon", (float)epsilon));

    public string Pool(string operation, string x, long size, long stride, long padding = 0) => Add(
        operation, [x], Integers("kernel_shape", size, size), Integers("strides", stride, stride),
        Integers("pads", padding, padding, padding, padding));

    public string Relu(string x) => Add("Relu", [x]);

    public string Concatenate(IReadOnlyList<string> parts) => Add("Concat", [.. parts], Integer("axis", 1));

    /// <summary>x * factors + shifts, channel by channel; spreads one channel over as many as there are.</summary>
    public string Spread(string x, float[] factors, float[] shifts)
    {
        long[] shape = [1, factors.Length, 1, 1];
        Constant("input.factors", shape, factors);
        Constant("input.shifts", shape, shifts);
        return Add("Add", [Add("Mul", [x, "input.factors"]), "input.shifts"]);
    }

    /// <summary>The mean of each map, and a dense layer over them.</summary>
    public string AverageAndClassify(string x, string dense)
    {
        string features = Add("Flatten", [Add("GlobalAveragePool", [x])], Integer("axis", 1));
        return Add("Gemm", [features, Value(dense + ".weight"), Value(dense + ".bias")], Integer("transB", 1));
    }

    /// <summary>The file's bytes.</summary>
    /// <param name="logits">The graph's end.</param>
    /// <param name="size">Height and width of the input.</param>
    /// <param name="outputs">Columns of the output.</param>
    /// <param name="metadata">Free texts.</param>
    public ReadOnlyMemory<byte> ToModel(string logits, int size, int outputs, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        _nodes.Add(Node("Identity", [logits], OnnxNames.Logits));
        _nodes.Add(Node("Sigmoid", [logits], OnnxNames.Probabilities));
        OnnxMessage graph = new();
        _nodes.ForEach(node => graph.Add(1, node));
        graph.Add(2, "ChestXray");
        _constants.ForEach(constant => graph.Add(5, constant));
        graph.Add(11, Tensor(OnnxNames.Images, 1, size, size));
        graph.Add(12, Tensor(OnnxNames.Logits, outputs)).Add(12, Tensor(OnnxNames.Probabilities, outputs));
        OnnxMessage model = new();
        model.Add(1, IrVersion).Add(2, "ChestXray").Add(3, typeof(OnnxGraph).Assembly.GetName().Version!.ToString(3))
            .Add(7, graph);
        model.Add(8, new OnnxMessage().Add(1, "").Add(2, OperatorSet));
        foreach ((string key, string text) in metadata)
            model.Add(14, new OnnxMessage().Add(1, key).Add(2, text));
        return model.ToBytes();
    }

    private string Add(string operation, string[] inputs, params OnnxMessage[] attributes)
    {
        string output = $"{operation.ToLowerInvariant()}_{_nodes.Count}";
        _nodes.Add(Node(operation, inputs, output, attributes));
        return output;
    }

    private static OnnxMessage Node(string operation, string[] inputs, string output, params OnnxMessage[] attributes)
    {
        OnnxMessage node = new();
        foreach (string input in inputs)
            node.Add(1, input);
        node.Add(2, output).Add(3, output).Add(4, operation);
        foreach (OnnxMessage attribute in attributes)
            node.Add(5, attribute);
        return node;
    }

    private string Value(string name)
    {
        if (!_known.Contains(name))
            Constant(name, _values(name).Shape, _values(name).Values);
        return name;
    }

    private void Constant(string name, long[] shape, float[] values)
    {
        _known.Add(name);
        OnnxMessage tensor = new();
        foreach (long size in shape)
            tensor.Add(1, size);
        _constants.Add(tensor.Add(2, FloatType).Add(8, name).Add(9, MemoryMarshal.AsBytes<float>(values).ToArray()));
    }

    private static OnnxMessage Integer(string name, long value) =>
        new OnnxMessage().Add(1, name).Add(3, value).Add(20, IsInteger);

    private static OnnxMessage Float(string name, float value) => new OnnxMessage().Add(1, name).Add(2, value).Add(20, IsFloat);

    private static OnnxMessage Integers(string name, params long[] values)
    {
        OnnxMessage attribute = new OnnxMessage().Add(1, name);
        foreach (long value in values)
            attribute.Add(8, value);
        return attribute.Add(20, AreIntegers);
    }

    /// <summary>A float tensor whose first side is free.</summary>
    private static OnnxMessage Tensor(string name, params long[] sizes)
    {
        OnnxMessage shape = new OnnxMessage().Add(1, new OnnxMessage().Add(2, "N"));
        foreach (long size in sizes)
            shape.Add(1, new OnnxMessage().Add(1, size));
        return new OnnxMessage().Add(1, name).Add(2, new OnnxMessage().Add(1, new OnnxMessage().Add(1, FloatType).Add(2, shape)));
    }
}
