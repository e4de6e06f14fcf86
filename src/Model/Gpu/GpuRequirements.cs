using System.Globalization;
using ChestXray.Kernels;
using ChestXray.Pipeline;

namespace ChestXray.Model.Gpu;

/// <summary>What a GPU must be, and what is wrong with one.</summary>
internal static class GpuRequirements
{
    /// <summary>CUDA 12.0: libtorch 2.10 is built with 12.8, and a driver serves every version of its major number.</summary>
    public const int LeastDriver = 12_000;

    /// <summary>Turing: the oldest that libtorch 2.10 for CUDA has code for.</summary>
    public const int LeastCapability = 75;

    /// <summary>A sentence on why a GPU can't be used, and what to do; null where it can.</summary>
    public static string? Refusal(DeviceFacts facts) =>
        facts.DriverVersion < LeastDriver
            ? $"The driver of {facts.Card} knows CUDA {Version(facts.DriverVersion)}; {Version(LeastDriver)} is needed. " +
              "Install a newer driver, or use --device cpu."
        : facts.Capability < LeastCapability
            ? $"{facts.Card} has compute capability {Tenths(facts.Capability)}; {Tenths(LeastCapability)} is the least that is " +
              "supported. Use --device cpu."
        : null;

    /// <summary>A sentence where less is free than training is expected to take; null where it fits.</summary>
    public static string? Shortage(DeviceFacts facts, long trainingBytes) => facts.FreeBytes >= trainingBytes ? null :
        $"{facts.Card} has {ByteSize.Show(facts.FreeBytes)} of {ByteSize.Show(facts.TotalBytes)} free and training takes about " +
        $"{ByteSize.Show(trainingBytes)}: another process may hold the rest. End it, take a smaller --batch-size, or choose another GPU.";

    /// <summary>A CUDA version as people write it: 12.8 for 12080.</summary>
    public static string Version(int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");

    /// <summary>A compute capability as people write it: 9.0 for 90.</summary>
    public static string Tenths(int capability) =>
        string.Create(CultureInfo.InvariantCulture, $"{capability / 10}.{capability % 10}");
}
