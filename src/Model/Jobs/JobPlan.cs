using ChestXray.Model.Feeding;
using ChestXray.Model.Gpu;
using ChestXray.Pipeline;

namespace ChestXray.Model.Jobs;

/// <summary>What a job is going to do and take, from a few images and steps measured on this machine.</summary>
internal sealed record JobPlan(
    TrainingJobOptions Options, int Missing, int Images, int TrainImages, int ValidationImages, int TestImages, int Samples,
    double DecodeRate, double StepRate)
{
    /// <summary>What the run's GPU has free; 0 without one.</summary>
    public long DeviceBytes { get; init; }

    private const double GiB = 1L << 30;

    /// <summary>Validation and test run forward only: about a third of a training step's work.</summary>
    private const double ForwardGain = 3;

    public static JobPlan Of(TrainingJobOptions options, DataSetIndex index, PatientSplit split)
    {
        ILookup<SplitSet, LabelRow> sets = index.Images.Select(image => image.Label).ToLookup(row => split.SetOf(row.PatientId));
        ushort[] train = [.. sets[SplitSet.Train].Select(row => row.FindingBits)];
        int copies = train.Select(SampleTable.CopyRule(options.Recipe, train)).Count(passes => passes > 0);
        long deviceBytes = GpuFinding.FreeBytes(TorchRuntime.ParseDevice(options.Training.Device));
        return new(
            options, StoreBuilder.CountMissing(index, options.CacheFolder, options.Layout, options.Prepare), index.Images.Count,
            train.Length,
            sets[SplitSet.Validation].Count(), sets[SplitSet.Test].Count(), train.Length +
                copies, Probe.DecodeRate(index, options.Layout, options.Prepare),
                Probe.StepRate(options.Training, options.Layout.Size))
        {
            DeviceBytes = deviceBytes,
        };
    }

    public void Show(IJobObserver observer)
    {
        TrainingOptions training = Options.Training;
        double epoch = Samples / StepRate + ValidationImages / (StepRate * ForwardGain);
        double storeBytes = (double)Images * Options.Layout.RecordBytes;
        double freeBytes = FreeBytes(Path.GetFullPath(Options.CacheFolder));
        observer.Say("Plan (rates measured on this machine just now; early stopping may end sooner):");
        observer.Say($"  images     {TrainImages:N0} train, {ValidationImages:N0} validation, {TestImages:N0} test; {Samples:N0} samples an epoch");
        observer.Say($"  disk       {storeBytes / GiB:0.00} GiB for the store in {Path.Combine(Options.CacheFolder, Options.Layout.FolderName)}, {freeBytes / GiB:0.0} GiB are free");
        double expected = Probe.ExpectedMemoryBytes(training, Options.Layout.Size);
        string budget = Options.RamBudget is { } allowed ? $" of {ByteSize.Show(allowed)} allowed" : "";
        observer.Say($"  memory     {expected / GiB:0.0} GiB{budget}, and the store's pages as far as memory is free");
        observer.Say($"  store      {Tiers((long)expected)}");
        observer.Say(Missing == 0
            ? "  decode     nothing: every image is in the store"
            : $"  decode     {Time(Missing / DecodeRate)} for {Missing:N0} images that are not in the store yet ({DecodeRate:0} images/s)");
        observer.Say(
            $"  train      {Time(epoch)} an epoch ({StepRate:0} images/s), {Time(epoch * training.Epochs * Options.Losses.Count)} for " +
            $"{training.Epochs} epochs of {string.Join(" and ", Options.Losses).ToLowerInvariant()}");
        observer.Say($"  test       {Time(TestImages / (StepRate * ForwardGain) * Options.Losses.Count)}");
    }

    private TierPlan Tiers(long expected)
    {
        StoreTier tier = Options.Training.Tier;
        bool mayBeResident = DeviceBytes > 0 && tier is (StoreTier.Auto or StoreTier.Resident);
        bool mayBePinned = DeviceBytes > 0 && tier is (StoreTier.Auto or StoreTier.Resident or StoreTier.Pinned);
        RingShape shape = new(Options.Training.BatchSize, Options.Layout.Size, 0);
        long ring = TierMemory.RingBytes(Options.Layout, shape, DeviceSupply.HostSlots(Options.Training.LoaderThreads));
        return TierPlan.Of(
            Options.Layout, Images, mayBeResident ? Math.Max(0, DeviceBytes - expected) : 0,
            mayBePinned ? Math.Min(ring, TierChoice.DefaultPinnedAllowance) : 0,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - expected);
    }

    private static long FreeBytes(string folder)
    {
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder)!;
        return new DriveInfo(folder).AvailableFreeSpace;
    }

    private static string Time(double seconds) => seconds switch
    {
        < 10 => $"{seconds:0.0} s",
        < 120 => $"{seconds:0} s",
        < 7200 => $"{seconds / 60:0} min",
        _ => $"{seconds / 3600:0.0} h",
    };
}
