using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ChestXray.Model.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Training;

/// <summary>
/// The whole state of a run as one safetensors file: network, moments, best values, metrics of the running epoch, and the text
/// above. Each has a name of its own and is complete on the disk before an older one goes, so there is always a last good one.
/// </summary>
internal static class Checkpoint
{
    private const string Pattern = "checkpoint-*.safetensors", NetworkPrefix = "network.", BestPrefix = "best.";
    private const string Mean = "optimiser.mean", Variance = "optimiser.variance", Counts = "meter.counts",
        LossSum = "meter.loss_sum";
    private const int Kept = 2;

    /// <summary>Writes the state, then drops all but the two newest checkpoints.</summary>
    public static void Save(
        string folder, Network network, KerasAdam optimiser, RunState state, IReadOnlyDictionary<string, string> configuration)
    {
        (double lossSum, long[] counts) = state.Meter.Save();
        List<SafetensorsEntry> entries =
        [
            .. network.Export().Select(entry => entry with { Name = NetworkPrefix + entry.Name }),
            new(Mean, network.TypeName, [optimiser.Mean.NumberOfElements], Network.CopyBytes(optimiser.Mean)),
            new(Variance, network.TypeName, [optimiser.Variance.NumberOfElements], Network.CopyBytes(optimiser.Variance)),
            new(LossSum, "F64", [1], BitConverter.GetBytes(lossSum)),
            new(Counts, "I64", [counts.Length], MemoryMarshal.AsBytes<long>(counts).ToArray()),
            .. (state.Best ?? []).Select(entry => entry with { Name = BestPrefix + entry.Name }),
        ];
        CheckpointText text = Describe(optimiser, state, configuration);
        string path = Path.Combine(folder, $"checkpoint-{optimiser.Steps:D10}.safetensors");
        SafetensorsFile.Write(path, entries, [new("state", text.ToJson()), new("sha256", Hash(entries))]);
        foreach (string old in Find(folder).Skip(Kept))
            File.Delete(old);
    }

    /// <summary>Drops what a killed process left half written.</summary>
    public static void DropHalves(string folder)
    {
        foreach (string half in Directory.GetFiles(folder, "*.safetensors.*.tmp"))
            File.Delete(half);
    }

    /// <summary>Whether a folder holds anything of a run.</summary>
    public static bool IsRun(string folder) => Find(folder).Count > 0
        || File.Exists(Path.Combine(folder, Trainer.BestFile)) || File.Exists(Path.Combine(folder, Trainer.WeightsFile));

    /// <summary>Takes the newest state that is whole; <paramref name="note"/> hears of a checkpoint that is not.</summary>
    /// <returns>False where there is no checkpoint.</returns>
    /// <exception cref="InvalidDataException">
    /// No checkpoint is whole, or the newest whole one is of another configuration.
    /// </exception>
    public static bool TryLoad(
        string folder, Network network, KerasAdam optimiser, RunState state, IReadOnlyDictionary<string, string> configuration,
        Action<string> note)
    {
        List<string> faults = [];
        foreach (string path in Find(folder))
        {
            try
            {
                SafetensorsFile file = ReadWhole(path);
                CheckpointText text = CheckpointText.FromJson(path, file.Metadata["state"]);
                RequireSame(path, text.Configuration, configuration);
                Take(file, text, network, optimiser, state);
                return true;
            }
            catch (Exception error) when (error is DamagedCheckpointException or IOException)
            {
                note($"{error.Message} The one before it is taken.");
                faults.Add(error.Message);
            }
        }

        return faults.Count == 0 ? false : throw new InvalidDataException($"No checkpoint is whole: {string.Join(" ", faults)}");
    }

    private static List<string> Find(string folder) =>
        [.. Directory.GetFiles(folder, Pattern).OrderDescending(StringComparer.Ordinal)];

    private static CheckpointText Describe(
        KerasAdam optimiser, RunState state, IReadOnlyDictionary<string, string> configuration) => new()
        {
            Epoch = state.Epoch,
            Position = state.Position,
            TrainSeconds = state.TrainSeconds,
            Seconds = state.Seconds,
            StoppedEarly = state.StoppedEarly,
            Steps = optimiser.Steps,
            StoppingBestLoss = state.EarlyStopping.BestLoss,
            BestEpoch = state.EarlyStopping.BestEpoch,
            Waited = state.EarlyStopping.Waited,
            RuleBestLoss = state.CheckpointRule.BestLoss,
            History = state.History,
            Configuration = configuration,
        };

    private static SafetensorsFile ReadWhole(string path)
    {
        try
        {
            SafetensorsFile file = SafetensorsFile.Read(path);
            string found = Hash(file.Names.Select(name => file[name]));
            if (!file.Metadata.ContainsKey("state") || file.Metadata.GetValueOrDefault("sha256") != found)
                throw new InvalidDataException(
                    $"{path} is damaged: its values have the hash {found}, and that is not the one it names.");
            return file;
        }
        catch (InvalidDataException error)
        {
            throw new DamagedCheckpointException(error);
        }
    }

    private static void RequireSame(
        string path, IReadOnlyDictionary<string, string> then, IReadOnlyDictionary<string, string> now)
    {
        string[] differences =
        [
            .. from name in then.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
               let before = then.GetValueOrDefault(name, "not given")
               let after = now.GetValueOrDefault(name, "not given")
               where before != after
               select $"{name} was {before} and is {after}",
        ];
        if (differences.Length > 0)
        {
            throw new InvalidDataException(
                $"{path} belongs to another run: {string.Join("; ", differences)}. Resume with what it was begun with, or choose another folder.");
        }
    }

    private static void Take(SafetensorsFile file, CheckpointText text, Network network, KerasAdam optimiser, RunState state)
    {
        (string Name, string Type, long[] Shape)[] values =
            [.. network.FileShapes.Select(shape => (shape.Name, network.TypeName, shape.Dimensions))];
        long[] flat = [network.Parameters.Values.NumberOfElements];
        bool hasBest = text.BestEpoch >= 0;
        file.Require(
        [
            .. values.Select(value => value with { Name = NetworkPrefix + value.Name }),
            .. values.Where(_ => hasBest).Select(value => value with { Name = BestPrefix + value.Name }),
            (Mean, network.TypeName, flat), (Variance, network.TypeName, flat), (LossSum, "F64", [1]),
            (Counts, "I64", [SetMeter.CountsLength]),
        ]);
        network.Import(name => file[NetworkPrefix + name].Data);
        TakeMoments(file, network.Type, optimiser);
        optimiser.Steps = text.Steps;
        (state.Epoch, state.Position, state.TrainSeconds, state.StoppedEarly) =
            (text.Epoch, text.Position, text.TrainSeconds, text.StoppedEarly);
        state.EarlierSeconds = text.Seconds;
        state.EarlyStopping.BestLoss = text.StoppingBestLoss;
        state.EarlyStopping.BestEpoch = text.BestEpoch;
        state.EarlyStopping.Waited = text.Waited;
        state.CheckpointRule.BestLoss = text.RuleBestLoss;
        state.History.AddRange(text.History);
        state.Meter.Restore(
            BitConverter.ToDouble(file[LossSum].Data.Span), MemoryMarshal.Cast<byte, long>(file[Counts].Data.Span));
        state.Best = hasBest ? [.. values.Select(value => file[BestPrefix + value.Name] with { Name = value.Name })] : null;
    }

    private static void TakeMoments(SafetensorsFile file, ScalarType type, KerasAdam optimiser)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        optimiser.Mean.copy_(Network.FromBytes(file[Mean].Data.Span, file[Mean].Shape, type));
        optimiser.Variance.copy_(Network.FromBytes(file[Variance].Data.Span, file[Variance].Shape, type));
    }

    /// <summary>Of names and values in the order of names, so that it does not depend on how a reader orders them.</summary>
    private static string Hash(IEnumerable<SafetensorsEntry> entries)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (SafetensorsEntry entry in entries.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(entry.Name));
            hash.AppendData(entry.Data.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed class DamagedCheckpointException(Exception cause) : Exception(cause.Message, cause);
}
