using System.Text.RegularExpressions;

namespace ChestXray.Model.Exchange;

/// <summary>How other programs spell the names of a network's values.</summary>
internal static partial class StateDictNames
{
    /// <summary>A name up to its first dot.</summary>
    public static string Root(string name) => name.Split('.', 2)[0];

    /// <summary>
    /// How many batches a batch norm has seen: PyTorch writes it and never reads it while the momentum is a number.
    /// </summary>
    public static bool IsCounter(string name) => name.EndsWith(".num_batches_tracked", StringComparison.Ordinal);

    /// <summary>
    /// Characters that every name has before the network's own: `module.` of DataParallel, or the attribute that held the
    /// network.
    /// </summary>
    /// <param name="names">A file's.</param>
    /// <param name="roots">The network's own beginnings.</param>
    public static int WrapperLength(IReadOnlyCollection<string> names, IReadOnlySet<string> roots)
    {
        int length = 0;
        while (names.Count > 0)
        {
            string first = Root(names.First()[length..]), wrapper = first + ".";
            if (roots.Contains(first) || !names.All(name => name.AsSpan(length).StartsWith(wrapper, StringComparison.Ordinal)))
                return length;
            length += wrapper.Length;
        }

        return length;
    }

    /// <summary>
    /// PyTorch's name for Keras' of the same value; other names as they are. Also torchvision's old spelling of dense layers.
    /// </summary>
    /// <param name="name">`conv1.kernel`, `norm1/gamma`, `features.denseblock1.denselayer1.norm.1.weight`.</param>
    public static string ToPyTorch(string name)
    {
        int end = name.LastIndexOfAny(['.', '/']);
        string layer = end < 0 ? "" : name[..end].Replace('/', '.') + ".";
        name = name[(end + 1)..] switch
        {
            "kernel" or "gamma" => layer + "weight",
            "beta" => layer + "bias",
            "moving_mean" => layer + "running_mean",
            "moving_variance" => layer + "running_var",
            var own => layer + own,
        };
        return OldDenseLayer().Replace(name, "$1$2");
    }

    /// <summary>Whether a value of this name lies as Keras has it: (height, width, in, out), or (in, out).</summary>
    public static bool IsKerasKernel(string name) =>
        name.EndsWith(".kernel", StringComparison.Ordinal) || name.EndsWith("/kernel", StringComparison.Ordinal);

    [GeneratedRegex(@"(\.denselayer\d+\.(?:norm|conv))\.([12]\.)")]
    private static partial Regex OldDenseLayer();
}
