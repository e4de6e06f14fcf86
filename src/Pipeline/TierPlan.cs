using System.Globalization;

namespace ChestXray.Pipeline;

/// <summary>
/// Where a store's records will live, by arithmetic alone: in the device's memory, in page-locked memory, or in mapped files.
/// </summary>
/// <param name="Layout">Size and type of a record.</param>
/// <param name="Records">How many.</param>
/// <param name="ResidentBytes">
/// What lies in the device's memory for good: all or nothing, since a shuffled epoch has no favourites.
/// </param>
/// <param name="PinnedBytes">What lies in page-locked memory, from where a device fetches without a copy.</param>
/// <param name="CachedBytes">What the kernel can keep of the mapped files in memory that nobody owns.</param>
public sealed record TierPlan(StoreLayout Layout, int Records, long ResidentBytes, long PinnedBytes, long CachedBytes)
{
    /// <summary>Bytes of all records.</summary>
    public long StoreBytes => (long)Records * Layout.RecordBytes;

    /// <summary>Whether everything is in the device's memory.</summary>
    public bool IsResident => Records > 0 && ResidentBytes == StoreBytes;

    /// <summary>
    /// What does not fit where it would be fast, as a share of the store: these records come from disk again and again.
    /// </summary>
    public double FromDisk =>
        StoreBytes == 0 ? 0 : Math.Max(0, 1 - (double)(ResidentBytes + PinnedBytes + CachedBytes) / StoreBytes);

    /// <summary>Plans.</summary>
    /// <param name="layout">Size and type of a record.</param>
    /// <param name="records">How many.</param>
    /// <param name="deviceBytes">Free memory of the device that may be taken; 0 without one.</param>
    /// <param name="pinnedBytes">Page-locked memory that may be taken; 0 for none.</param>
    /// <param name="freeBytes">
    /// Memory that stays free beside all that the process owns: the kernel caches mapped files there.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number.</exception>
    public static TierPlan Of(StoreLayout layout, int records, long deviceBytes, long pinnedBytes, long freeBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(records);
        ArgumentOutOfRangeException.ThrowIfNegative(deviceBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(pinnedBytes);
        long store = (long)records * layout.RecordBytes;
        if (store <= deviceBytes)
            return new(layout, records, store, 0, 0);
        long pinned = Math.Min(store, pinnedBytes) / layout.RecordBytes * layout.RecordBytes;
        return new(layout, records, 0, pinned, Math.Clamp(freeBytes, 0, store - pinned));
    }

    /// <summary>One line: "5.6 GB at 224: resident on the device", "29 GB at 512: mapped, 3.0 GB pinned".</summary>
    public override string ToString()
    {
        string store = $"{Gigabytes(StoreBytes)} at {Layout.Size}";
        if (IsResident)
            return $"{store}: resident on the device";
        string pinned = PinnedBytes > 0 ? $", {Gigabytes(PinnedBytes)} pinned" : "";
        string disk = FromDisk > 0.005
            ? $", {FromDisk:P0} of it read from disk again in every epoch" : ", all of it fits the memory that is free";
        return $"{store}: mapped{pinned}{disk}";
    }

    private static string Gigabytes(long bytes) => bytes < 95_000_000
        ? (bytes / 1e6).ToString("0.#", CultureInfo.InvariantCulture) + " MB"
        : (bytes / 1e9).ToString(bytes < 9.95e9 ? "0.0" : "0", CultureInfo.InvariantCulture) + " GB";
}
