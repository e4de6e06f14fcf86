using ChestXray.Pipeline;
using static TorchSharp.torch;

namespace ChestXray.Model.Networks;

/// <summary>The networks by name. A new one gets a line here.</summary>
internal static class NetworkCatalogue
{
    public const string Guide = "guide", DenseNet121 = "densenet121";

    public static IReadOnlyList<string> Names { get; } = [Guide, DenseNet121];

    /// <summary>Makes a network with fresh values.</summary>
    /// <param name="choice">Which.</param>
    /// <param name="seed">Of the values.</param>
    /// <param name="device">Where it lives.</param>
    /// <param name="convolutions">Who computes the convolutions, where there is a choice.</param>
    /// <exception cref="ArgumentException">An unknown name, or something that this network does not have.</exception>
    public static Network Make(
        NetworkChoice choice, ulong seed, Device device, ConvolutionPath convolutions = ConvolutionPath.Auto)
    {
        choice.Validate();
        return choice.Name switch
        {
            Guide => new GuideNetwork(seed, ScalarType.Float32, device) { Convolutions = convolutions },
            _ => new DenseNetwork(DenseNetworkShape.DenseNet121, choice.Channels, seed, ScalarType.Float32, device)
            {
                Scale = choice.Scale,
                Path = convolutions,
            },
        };
    }

    /// <summary>Height and width that an input of a network must have at least.</summary>
    public static int LeastSize(string name) => name == Guide ? GuideNetwork.SmallestSize : DenseNetwork.SmallestSize;

    /// <summary>The layers as text.</summary>
    public static string Summarise(NetworkChoice choice, int size) => choice.Name == Guide
        ? GuideNetwork.Summarise(size) : DenseNetworkShape.DenseNet121.Summarise(choice.Channels, Findings.Count, size);
}
