using ChestXray.Kernels;
using ChestXray.Model.Feeding;
using ChestXray.Model.Training;
using ChestXray.Pipeline;
using static TorchSharp.torch;

namespace ChestXray.Model.Gpu;

/// <summary>
/// Batches that kernels make on a device, in tensors that the tensor library allocated there. Owns the driver. One pass at a
/// time.
/// </summary>
internal sealed class DeviceSupply : IBatchSupply
{
    /// <summary>One batch is trained on while the next is made.</summary>
    private const int DeviceSlots = 2;

    private readonly IReadOnlyList<IPlannedSource> _sources;
    private readonly int _threads;

    private DeviceSupply(
        IStepDriver driver, IReadOnlyList<IPlannedSource> sources, DeviceSupplyOptions options, DeviceRing ring,
        TierMemory memory)
    {
        (Driver, _sources, _threads, Ring, Memory) = (driver, sources, options.Threads, ring, memory);
        Dropout = options.Dropout;
        Planner = new(sources[0].Augmentation);
        Kernel = driver.LoadAugmentation(sources[0].Augmentation, memory.Store.Layout.Pixels, ring.Type, ring.Shape.BatchSize);
        (Copying, Augmenting) = (driver.MakeStream(), driver.MakeStream());
        Uploaded = Marks(HostSlots(_threads));
        Ready = Marks(DeviceSlots);
        Trained = Marks(DeviceSlots);
    }

    public IStepDriver Driver { get; }

    public DeviceRing Ring { get; }

    public TierMemory Memory { get; private set; }

    public AugmentPlan Planner { get; }

    /// <summary>Of the masks that come with the batches.</summary>
    public DropoutMask Dropout { get; }

    public int Kernel { get; }

    public nint Copying { get; }

    public nint Augmenting { get; }

    /// <summary>By host slot: its bytes are on the device.</summary>
    public int[] Uploaded { get; }

    /// <summary>By device slot: its pixels are made.</summary>
    public int[] Ready { get; }

    /// <summary>By device slot: it was trained on and may be overwritten.</summary>
    public int[] Trained { get; }

    /// <summary>Opens the tier that was asked for, or the next smaller one where memory is refused.</summary>
    /// <param name="driver">Owned from now on, but where null is returned.</param>
    /// <param name="sources">Training and validation samples of one store, made alike.</param>
    /// <param name="options">Which tier, how many threads, which type.</param>
    /// <param name="note">Hears what was taken, and what was refused.</param>
    /// <returns>Null where the host has to make the batches; the reason was noted.</returns>
    public static DeviceSupply? TryOpen(
        IStepDriver driver, IReadOnlyList<IPlannedSource> sources, DeviceSupplyOptions options, Action<string> note)
    {
        if (Obstacle(sources) is { } obstacle)
        {
            note($"host: {obstacle}");
            return null;
        }

        RingShape shape = options.Shape;
        StoreLayout layout = sources[0].Store.Layout;
        TierChoice choice = new(
            (long)sources[0].Store.Capacity * layout.RecordBytes, driver.Examine().FreeBytes, options.TrainingBytes,
            TierMemory.RingBytes(layout, shape, HostSlots(options.Threads)), options.PinnedAllowance);
        note(choice.Reason(options.Tier));
        DeviceRing? ring = null;
        try
        {
            ring = new(DeviceSlots, shape, options.Type, options.Device);
            if (TryMemory(driver, choice.First(options.Tier), sources, ring, options.Threads, note) is { } memory)
                return new(driver, sources, options, ring, memory);
            ring.Dispose();
            return null;
        }
        catch
        {
            ring?.Dispose();
            throw;
        }
    }

    public IBatchPass Begin(IBatchSource source, int epoch, int first, long step = 0) =>
        new DevicePass(this, (IPlannedSource)source, epoch, first, step, _threads);

    public IStepQueue Steps(BatchWorker worker) =>
        worker.Network.Type == ScalarType.Float32 ? new DeviceSteps(this, worker) : new HostSteps(worker);

    public bool TryShrink(Action<string> note)
    {
        if (!Memory.IsResident)
            return false;
        note("resident: the GPU's memory ran out while training; the store leaves it.");
        Finish();
        Memory.Dispose();
        Memory = TryMemory(Driver, StoreTier.Pinned, _sources, Ring, _threads, note)
            ?? throw new InvalidOperationException("Neither page-locked nor ordinary memory is left for a batch's records.");
        return true;
    }

    /// <summary>Host slots: one for each thread that fills, and one each that is being copied and that waits.</summary>
    public static int HostSlots(int threads) => threads + 2;

    public void Dispose()
    {
        try
        {
            Finish();
        }
        catch (DriverException)
        {
            // The device is lost: what ran on it runs no more, and the caller has heard of it from its own call.
        }

        Ring.Dispose();
        Driver.Dispose();
    }

    /// <summary>The tensor library may lend memory anew as soon as a tensor is freed: nothing of ours may still write there.</summary>
    private void Finish()
    {
        Driver.Synchronize(Copying);
        Driver.Synchronize(Augmenting);
    }

    /// <summary>Why kernels can't make the batches of these sources; null where they can.</summary>
    private static string? Obstacle(IReadOnlyList<IPlannedSource> sources) =>
        sources.Any(source => source.IsExact) ? "exact augmentation is the CPU's alone"
        : sources.Any(source => source.Store != sources[0].Store) ? "training and validation read different stores"
        : sources.Any(source => source.Augmentation != sources[0].Augmentation)
            ? "training and validation are standardised differently"
        : null;

    private static TierMemory? TryMemory(
        IStepDriver driver, StoreTier first, IReadOnlyList<IPlannedSource> sources, DeviceRing ring, int threads,
        Action<string> note)
    {
        for (StoreTier tier = first; tier != StoreTier.Host; tier = TierChoice.Smaller(tier))
        {
            try
            {
                return new(driver, tier, sources, ring.Shape, HostSlots(threads), DeviceSlots);
            }
            catch (DriverException error) when (!error.IsDeviceLost)
            {
                string next = TierChoice.Word(TierChoice.Smaller(tier));
                note($"{TierChoice.Word(tier)} was refused, {next} is taken: {error.Message}");
            }
        }

        return null;
    }

    private int[] Marks(int count) => [.. Enumerable.Range(0, count).Select(_ => Driver.MakeMark())];
}
