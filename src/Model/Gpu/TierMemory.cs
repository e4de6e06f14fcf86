using ChestXray.Kernels;
using ChestXray.Model.Feeding;
using ChestXray.Pipeline;

namespace ChestXray.Model.Gpu;

/// <summary>
/// The memory of one tier: on the resident one the whole store, on the others places for a batch's records on either side of the
/// bus. The driver owns it; <see cref="Dispose"/> gives it back early.
/// </summary>
internal sealed unsafe class TierMemory : IDisposable
{
    /// <summary>Bytes of the store that are uploaded at a time.</summary>
    private const long Chunk = 64L << 20;

    private readonly IStepDriver _driver;
    private readonly List<nint> _made = [];
    private readonly nint[] _hostRecords, _deviceRecords;

    /// <param name="driver">Allocates.</param>
    /// <param name="tier">resident, pinned or staged.</param>
    /// <param name="sources">All read one store.</param>
    /// <param name="shape">What a batch is.</param>
    /// <param name="hostSlots">Batches that may be ready on the host.</param>
    /// <param name="deviceSlots">Batches on the device.</param>
    /// <exception cref="DriverException">Memory was refused; nothing is left behind.</exception>
    /// <exception cref="DataSetException">A record is damaged.</exception>
    public TierMemory(
        IStepDriver driver, StoreTier tier, IReadOnlyList<IPlannedSource> sources, RingShape shape, int hostSlots,
        int deviceSlots)
    {
        (_driver, Tier, Store) = (driver, tier, sources[0].Store);
        (_hostRecords, _deviceRecords) = (new nint[hostSlots], new nint[deviceSlots]);
        HostSides = new nint[hostSlots];
        try
        {
            bool isLocked = tier != StoreTier.Staged;
            for (int i = 0; i < hostSlots; i++)
                HostSides[i] = Keep(driver.AllocateHost(shape.SideBytes, isLocked));
            if (IsResident)
            {
                _deviceRecords[0] = Keep(driver.AllocateDevice((long)Store.Capacity * Store.Layout.RecordBytes));
                Upload(sources);
                return;
            }

            int batchBytes = checked(shape.BatchSize * Store.Layout.RecordBytes);
            for (int i = 0; i < hostSlots; i++)
                _hostRecords[i] = Keep(driver.AllocateHost(batchBytes, isLocked));
            for (int i = 0; i < deviceSlots; i++)
                _deviceRecords[i] = Keep(driver.AllocateDevice(batchBytes));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public StoreTier Tier { get; }

    public RecordStore Store { get; }

    public bool IsResident => Tier == StoreTier.Resident;

    /// <summary>Where the host writes plan, labels and mask, by host slot.</summary>
    public nint[] HostSides { get; }

    /// <summary>Where a kernel finds records, by device slot.</summary>
    public nint DeviceRecords(int slot) => IsResident ? _deviceRecords[0] : _deviceRecords[slot];

    /// <summary>Records that lie there for a batch of so many samples.</summary>
    public int RecordsFor(int samples) => IsResident ? Store.Capacity : samples;

    /// <summary>Where the host gathers a batch's records, by host slot; 0 where nothing is gathered.</summary>
    public nint HostRecords(int slot) => _hostRecords[slot];

    /// <summary>What the pinned tier takes of page-locked memory.</summary>
    public static long RingBytes(StoreLayout layout, RingShape shape, int hostSlots) =>
        hostSlots * ((long)shape.SideBytes + ((long)shape.BatchSize * layout.RecordBytes));

    public void Dispose()
    {
        foreach (nint address in _made)
            _driver.Free(address);
        _made.Clear();
    }

    private nint Keep(nint address)
    {
        _made.Add(address);
        return address;
    }

    /// <summary>Every record that is going to be used is held against its checksum, then all goes over in a few copies.</summary>
    private void Upload(IReadOnlyList<IPlannedSource> sources)
    {
        foreach (int record in sources.SelectMany(source => source.AllRecords()).Distinct().Order())
            _ = Store.Read(record);
        long bytes = (long)Store.Capacity * Store.Layout.RecordBytes;
        nint stream = _driver.TrainingStream;
        for (long at = 0; at < bytes; at += Chunk)
            _driver.Copy(_deviceRecords[0] + (nint)at, (nint)(Store.Pixels + at), Math.Min(Chunk, bytes - at), stream);
        int uploaded = _driver.MakeMark();
        _driver.Record(uploaded, stream);
        _driver.Wait(uploaded);
    }
}
