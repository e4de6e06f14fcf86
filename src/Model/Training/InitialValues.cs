using System.Security.Cryptography;
using ChestXray.Model.Exchange;
using ChestXray.Model.Networks;

namespace ChestXray.Model.Training;

/// <summary>
/// The network that a run begins with: fresh or somebody's values, some of them frozen or on a learning rate of their own.
/// </summary>
internal static class InitialValues
{
    /// <summary>Makes it.</summary>
    /// <exception cref="ArgumentException">An unknown layer, or nothing is left to learn.</exception>
    /// <exception cref="InvalidDataException">A weight file that does not fit.</exception>
    public static Network Make(TrainingOptions options)
    {
        Network network = NetworkCatalogue.Make(
            options.Network, options.Seed, TorchRuntime.ParseDevice(options.Device), options.Convolutions);
        try
        {
            if (options.InitialWeights is { } path)
                WeightFile.Load(path, network, options.NewHead);
            foreach ((string layers, double factor) in options.Rates)
                network.Parameters.SetRate(layers, factor);
            if (network.Parameters.Rates.All(rate => rate == 0))
                throw new ArgumentException("Every layer is frozen, so there is nothing to learn; leave one out of --freeze.");
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Of a weight file's bytes, so that a resumed run is known to have begun with the same.</summary>
    public static string Hash(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
