using ChestXray.Model.Networks;

namespace ChestXray.Model;

/// <summary>Which network is trained.</summary>
public sealed record NetworkChoice
{
    /// <summary>`guide`, the guide's CNN, or `densenet121`, torchvision's.</summary>
    public string Name { get; init; } = NetworkCatalogue.Guide;

    /// <summary>Colour channels of the input, 1 or 3. Radiographs are grey: with 3 the level enters three times.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>What grey levels are scaled by.</summary>
    public PixelScale Scale { get; init; } = PixelScale.Data;

    /// <summary>The names that are known.</summary>
    public static IReadOnlyList<string> Names => NetworkCatalogue.Names;

    /// <summary>In a sentence.</summary>
    internal string Title => Name == NetworkCatalogue.Guide ? "the guide's network" : Name;

    /// <summary>Height and width that images must have at least.</summary>
    public int LeastSize => NetworkCatalogue.LeastSize(Name);

    /// <summary>The scale of the pixels that a batch source must give, from the training images' statistics.</summary>
    /// <param name="data">Of the training images, levels 0 to 255.</param>
    public PixelStatistics InputStatistics(PixelStatistics data) => (Scale, Channels) switch
    {
        (PixelScale.Data, _) => data,
        (_, 1) => new(255 * ImageNetScale.GreyMean, 255 * ImageNetScale.GreyDeviation),
        _ => new(0, 255),
    };

    /// <summary>Refuses what no network is.</summary>
    /// <exception cref="ArgumentException">The message names the value and what is allowed.</exception>
    public void Validate()
    {
        if (!Names.Contains(Name))
            throw new ArgumentException($"The network '{Name}' is unknown; there are {string.Join(" and ", Names)}.");
        if (Channels is not (1 or 3))
            throw new ArgumentException($"{Channels} colour channels: a network has 1 or 3.");
        if (Name == NetworkCatalogue.Guide && Channels != 1)
            throw new ArgumentException($"The guide's network has 1 colour channel, not {Channels}; use densenet121 for 3.");
    }
}
