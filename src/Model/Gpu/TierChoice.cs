using ChestXray.Pipeline;

namespace ChestXray.Model.Gpu;

/// <summary>Which tier a store gets, by arithmetic alone.</summary>
/// <param name="StoreBytes">Bytes of all records.</param>
/// <param name="FreeBytes">What the device has left.</param>
/// <param name="TrainingBytes">What training is going to take of it.</param>
/// <param name="RingBytes">What the pinned tier takes of page-locked memory.</param>
/// <param name="PinnedAllowance">Page-locked memory that may be taken.</param>
internal sealed record TierChoice(long StoreBytes, long FreeBytes, long TrainingBytes, long RingBytes, long PinnedAllowance)
{
    /// <summary>A part of the host's memory that may be locked: locked memory is what the system can't take back.</summary>
    private const int HostShare = 8;

    /// <summary>Page-locked memory that this machine can do without.</summary>
    public static long DefaultPinnedAllowance => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / HostShare;

    /// <summary>The first tier to try.</summary>
    /// <param name="asked">What the user wants; auto leaves it to the arithmetic.</param>
    public StoreTier First(StoreTier asked) => asked switch
    {
        not StoreTier.Auto => asked,
        _ when StoreBytes + TrainingBytes <= FreeBytes => StoreTier.Resident,
        _ when RingBytes <= PinnedAllowance => StoreTier.Pinned,
        _ => StoreTier.Staged,
    };

    /// <summary>Why, in one sentence.</summary>
    /// <param name="asked">What the user wants.</param>
    public string Reason(StoreTier asked) => asked != StoreTier.Auto
        ? $"{Word(asked)}: asked for by name"
        : First(asked) switch
        {
            StoreTier.Resident => $"resident: {Needs} fit the {Show(FreeBytes)} that the GPU has free",
            StoreTier.Pinned => $"pinned: {Needs} are more than the {Show(FreeBytes)} that the GPU has free",
            _ => $"staged: {Show(RingBytes)} of page-locked memory are more than the {Show(PinnedAllowance)} that may be locked",
        };

    /// <summary>The tier to take where one is refused.</summary>
    public static StoreTier Smaller(StoreTier tier) => tier switch
    {
        StoreTier.Resident => StoreTier.Pinned,
        StoreTier.Pinned => StoreTier.Staged,
        _ => StoreTier.Host,
    };

    /// <summary>A tier as the command line writes it.</summary>
    public static string Word(StoreTier tier) => tier.ToString().ToLowerInvariant();

    private string Needs => $"the store's {Show(StoreBytes)} and training's {Show(TrainingBytes)}";

    private static string Show(long bytes) => ByteSize.Show(bytes);
}
