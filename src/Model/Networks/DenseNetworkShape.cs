using System.Globalization;
using System.Text;

namespace ChestXray.Model.Networks;

/// <summary>
/// The sizes of a densely connected network (Huang et al., 2017) and, from them, its tensors under torchvision's names.
/// </summary>
/// <param name="Name">The word of `--model`.</param>
/// <param name="Growth">Feature maps that each dense layer adds.</param>
/// <param name="Initial">Feature maps of the first convolution.</param>
/// <param name="Layers">Dense layers in each block.</param>
public sealed record DenseNetworkShape(string Name, int Growth, int Initial, params int[] Layers)
{
    /// <summary>Feature maps of a dense layer's first convolution, as multiples of <see cref="Growth"/>.</summary>
    internal const int Bottleneck = 4;

    /// <summary>torchvision's densenet121: 7 million values.</summary>
    public static DenseNetworkShape DenseNet121 { get; } = new(NetworkCatalogue.DenseNet121, 32, 64, 6, 12, 24, 16);

    /// <summary>Feature maps at a block's beginning.</summary>
    internal int Inputs(int block) => block == 0 ? Initial : Outputs(block - 1) / 2;

    /// <summary>Feature maps at a block's end.</summary>
    internal int Outputs(int block) => Inputs(block) + Layers[block] * Growth;

    /// <summary>Feature maps that the last layer averages.</summary>
    internal int Features => Outputs(Layers.Length - 1);

    /// <summary>All tensors in the order of a state_dict.</summary>
    internal List<TensorShape> Tensors(int channels, int classes)
    {
        List<TensorShape> tensors = [new("features.conv0.weight", Initial, channels, 7, 7), .. Norm("features.norm0", Initial)];
        for (int block = 0; block < Layers.Length; block++)
        {
            string name = $"features.denseblock{block + 1}";
            for (int layer = 0; layer < Layers[block]; layer++)
            {
                int inputs = Inputs(block) + layer * Growth;
                string prefix = $"{name}.denselayer{layer + 1}";
                tensors.AddRange(Norm(prefix + ".norm1", inputs));
                tensors.Add(new(prefix + ".conv1.weight", Bottleneck * Growth, inputs, 1, 1));
                tensors.AddRange(Norm(prefix + ".norm2", Bottleneck * Growth));
                tensors.Add(new(prefix + ".conv2.weight", Growth, Bottleneck * Growth, 3, 3));
            }

            if (block == Layers.Length - 1)
                continue;
            tensors.AddRange(Norm($"features.transition{block + 1}.norm", Outputs(block)));
            tensors.Add(new($"features.transition{block + 1}.conv.weight", Outputs(block) / 2, Outputs(block), 1, 1));
        }

        tensors.AddRange(Norm($"features.norm{Layers.Length + 1}", Features));
        return [.. tensors, new("classifier.weight", classes, Features), new("classifier.bias", classes)];
    }

    /// <summary>Whether a tensor is a batch norm's running value, which no gradient reaches.</summary>
    internal static bool IsRunning(string name) =>
        name.EndsWith(".running_mean", StringComparison.Ordinal) || name.EndsWith(".running_var", StringComparison.Ordinal);

    /// <summary>The stages, their output shapes and their numbers of values as text, one line each.</summary>
    /// <param name="channels">Of the input.</param>
    /// <param name="classes">Of the output.</param>
    /// <param name="size">Height and width of the input in pixels, at least <see cref="DenseNetwork.SmallestSize"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A smaller size.</exception>
    public string Summarise(int channels, int classes, int size)
    {
        if (size < DenseNetwork.SmallestSize)
            throw new ArgumentOutOfRangeException(
                nameof(size), size, $"Images of {Name} have at least {DenseNetwork.SmallestSize} pixels a side.");
        List<TensorShape> tensors = Tensors(channels, classes);
        StringBuilder text = new();
        Line("layer", "output", "values");
        Line("input", $"{size} x {size} x {channels}", "0");
        size = (size + 1) / 2;
        Line("convolution 7x7 / 2", $"{size} x {size} x {Initial}", Sum("features.conv0", "features.norm0"));
        size = (size + 1) / 2;
        Line("max pool 3x3 / 2", $"{size} x {size} x {Initial}", "0");
        for (int block = 0; block < Layers.Length; block++)
        {
            Line($"dense block, {Layers[block]} layers", $"{size} x {size} x {Outputs(block)}",
                Sum($"features.denseblock{block + 1}"));
            if (block == Layers.Length - 1)
                break;
            size /= 2;
            Line("transition", $"{size} x {size} x {Outputs(block) / 2}", Sum($"features.transition{block + 1}"));
        }

        Line("batch norm", $"{size} x {size} x {Features}", Sum($"features.norm{Layers.Length + 1}"));
        Line("global average pool", $"{Features}", "0");
        Line("dense", $"{classes}", Sum("classifier"));
        long all = tensors.Sum(tensor => tensor.Count),
        running = tensors.Where(tensor => IsRunning(tensor.Name)).Sum(tensor => tensor.Count);
        text.Append(CultureInfo.InvariantCulture, $"{all:N0} values, {all - running:N0} of them trainable\n");
        return text.ToString();

        string Sum(params string[] prefixes) => tensors
            .Where(tensor => prefixes.Any(prefix => tensor.Name.StartsWith(prefix + ".", StringComparison.Ordinal)))
            .Sum(tensor => tensor.Count).ToString("N0", CultureInfo.InvariantCulture);

        void Line(string layer, string output, string values) =>
            text.Append(CultureInfo.InvariantCulture, $"{layer,-24}{output,-18}{values,11}\n");
    }

    private static IEnumerable<TensorShape> Norm(string name, int maps) =>
    [
        new(name + ".weight", maps), new(name + ".bias", maps), new(name + ".running_mean", maps),
        new(name + ".running_var", maps),
    ];
}
