using ChestXray.Kernels;
using ChestXray.Model.Feeding;
using ChestXray.Model.Jobs;
using ChestXray.Model.Networks;
using ChestXray.Model.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Gpu;

/// <summary>Who makes a run's batches: the CPU, or on a GPU the kernels, where they share the tensor library's context.</summary>
internal static class GpuBatches
{
    private const string OnCpu = "batches are augmented on the CPU and copied to the GPU";

    /// <summary>Chooses, and says what was chosen where there was a choice.</summary>
    /// <param name="network">Made already: the tensor library's context exists.</param>
    /// <param name="train">Training samples.</param>
    /// <param name="validation">Validation samples.</param>
    /// <param name="options">The run's.</param>
    /// <param name="note">Hears of the choice.</param>
    /// <exception cref="JobException">The GPU can't be used.</exception>
    public static IBatchSupply Supply(
        Network network, IBatchSource train, IBatchSource validation, TrainingOptions options, Action<string> note)
    {
        Device device = network.Device;
        if (device.type != DeviceType.CUDA)
            return Host(train, options);
        if (options.Tier == StoreTier.Host || train is not IPlannedSource first || validation is not IPlannedSource second)
        {
            note($"host: {OnCpu}");
            return Host(train, options);
        }

        nint stream = TensorAddress.CurrentStream(device.index);
        KernelStepDriver driver = new(KernelDevice.Open($"cuda:{device.index}"), stream);
        return (IBatchSupply?)Open(driver, network, [first, second], options, note) ?? Host(train, options);
    }

    /// <summary>The kernels' supply; null, with the reason noted and the driver disposed, where the host has to do it.</summary>
    /// <param name="driver">Owned from now on.</param>
    /// <param name="network">That the batches are for.</param>
    /// <param name="sources">Training and validation samples.</param>
    /// <param name="options">The run's.</param>
    /// <param name="note">Hears of the choice.</param>
    /// <exception cref="JobException">The GPU can't be used.</exception>
    public static DeviceSupply? Open(
        IStepDriver driver, Network network, IReadOnlyList<IPlannedSource> sources, TrainingOptions options, Action<string> note)
    {
        Device device = network.Device;
        DeviceSupply? supply = null;
        try
        {
            DeviceFacts facts = driver.Examine();
            if (device.type == DeviceType.CUDA && GpuRequirements.Refusal(facts) is { } refusal)
                throw new JobException(refusal);
            long training = (long)Probe.ExpectedMemoryBytes(options, sources[0].Size);
            if (GpuRequirements.Shortage(facts, training) is { } shortage)
                note(shortage);
            if (HandOver.Fault(driver, device) is { } fault)
            {
                note($"host: {OnCpu}, since kernels and tensors do not share memory: {fault}");
                return null;
            }

            DeviceSupplyOptions wanted = new(
                options.Tier, new(options.BatchSize, sources[0].Size, network.DropoutFeatures), ScalarType.Float32, device,
                options.LoaderThreads, training, TierChoice.DefaultPinnedAllowance)
            {
                Dropout = DropoutMask.Of(network, options.Seed),
            };
            return supply = DeviceSupply.TryOpen(driver, sources, wanted, note);
        }
        finally
        {
            if (supply is null)
                driver.Dispose();
        }
    }

    private static HostSupply Host(IBatchSource train, TrainingOptions options) =>
        new(options.LoaderThreads, options.BatchSize, train.Size);
}
