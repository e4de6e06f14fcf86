using System.Diagnostics;
using System.Runtime.InteropServices;
using ChestXray.Kernels;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Gpu;

/// <summary>
/// What `doctor` says of GPUs: driver, what the tensor library sees, and of each card what training would meet.
/// </summary>
internal static class GpuFinding
{
    private const string Driver = "libcuda.so.1";
    private const int CopyBytes = 64 << 20, Copies = 5;

    /// <summary>Looks. Lines of name, finding, and advice (empty where there is none).</summary>
    public static IReadOnlyList<(string Name, string Found, string Advice)> Lines()
    {
        bool hasDriver = NativeLibrary.TryLoad(Driver, out _);
        int seen = cuda.is_available() ? cuda.device_count() : 0;
        List<(string, string, string)> lines =
        [
            ("GPU driver", hasDriver ? $"{Driver} is there" : $"no {Driver}", hasDriver
                ? "" : "not needed; with an NVIDIA card in this machine, install its driver"),
            ("GPU", seen > 0 ? $"{seen} seen by the tensor library" : "none seen by the tensor library", Advice(hasDriver, seen)),
        ];
        for (int index = 0; index < seen; index++)
            lines.AddRange(OfCard(index));
        return lines;
    }

    /// <summary>One card: what it is, whether kernels and tensors share memory there, and how fast copies are.</summary>
    /// <param name="driver">Of the card; used up by this.</param>
    /// <param name="device">Of the tensors.</param>
    /// <param name="name">cuda:N.</param>
    public static IReadOnlyList<(string Name, string Found, string Advice)> OfCard(IStepDriver driver, Device device, string name)
    {
        using (driver)
        {
            DeviceFacts facts = driver.Examine();
            string found = $"{facts.Card}, compute capability {GpuRequirements.Tenths(facts.Capability)}, driver for CUDA " +
                $"{GpuRequirements.Version(facts.DriverVersion)}, {ByteSize.Show(facts.FreeBytes)} of " +
                $"{ByteSize.Show(facts.TotalBytes)} free";
            string? refusal = GpuRequirements.Refusal(facts), fault = refusal is null ? HandOver.Fault(driver, device) : null;
            List<(string, string, string)> lines = [(name, found, refusal ?? "")];
            if (refusal is not null)
                return lines;
            lines.Add((
                $"{name} context", fault is null ? "kernels and tensors share memory" : "kernels and tensors do not share memory",
                fault is null ? "" : $"{fault}; batches are augmented on the CPU there"));
            lines.Add(($"{name} copies", Rates(driver), ""));
            return lines;
        }
    }

    /// <summary>What a device has free, asked of the driver; 0 for the CPU, or where nothing can be learned.</summary>
    public static long FreeBytes(Device device)
    {
        if (device.type != DeviceType.CUDA)
            return 0;
        try
        {
            using KernelDevice kernels = KernelDevice.Open($"cuda:{device.index}");
            return kernels.Examine().FreeBytes;
        }
        catch (Exception error) when (error is DriverException or PlatformNotSupportedException)
        {
            return 0;
        }
    }

    private static IReadOnlyList<(string Name, string Found, string Advice)> OfCard(int index)
    {
        string name = $"cuda:{index}";
        try
        {
            using Tensor first = zeros(1, device: new Device(DeviceType.CUDA, index));
            nint stream = TensorAddress.CurrentStream(index);
            return OfCard(new KernelStepDriver(KernelDevice.Open(name), stream), first.device, name);
        }
        catch (Exception error) when (error is ExternalException or DriverException or PlatformNotSupportedException)
        {
            return [(name, "can't be used", GpuFault.Name(error) ?? error.Message)];
        }
    }

    private static string Advice(bool hasDriver, int seen) =>
        seen > 0 ? ""
        : hasDriver
            ? $"this build's library is for the CPU, or no card is visible: set {InstalledTorch.Variable}, or build with -p:Torch=cuda"
        : "not needed; --device cuda would be an error";

    private static string Rates(IStepDriver driver)
    {
        nint first = driver.AllocateDevice(CopyBytes), second = driver.AllocateDevice(CopyBytes);
        nint locked = driver.AllocateHost(CopyBytes, isPageLocked: true);
        return FormattableString.Invariant(
            $"{Rate(driver, first, locked):0.0} GB/s from page-locked memory, {Rate(driver, second, first):0} GB/s within the card");
    }

    private static double Rate(IStepDriver driver, nint to, nint from)
    {
        int done = driver.MakeMark();
        double best = double.MaxValue;
        for (int i = 0; i < Copies; i++)
        {
            long start = Stopwatch.GetTimestamp();
            driver.Copy(to, from, CopyBytes, driver.TrainingStream);
            driver.Record(done, driver.TrainingStream);
            driver.Wait(done);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return CopyBytes / best / 1e9;
    }
}
