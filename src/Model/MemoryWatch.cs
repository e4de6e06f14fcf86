using System.Globalization;

namespace ChestXray.Model;

/// <summary>
/// Watches this process' resident memory a few times a second. Pages of mapped stores are counted apart: the kernel can take them back at
/// any time. Linux only (reads /proc/self/smaps). Thread-safe.
/// </summary>
public sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(300);
    private readonly ManualResetEventSlim _stop = new();
    private readonly string _mappedName;
    private readonly Thread _thread;
    private long _peakOwned;
    private long _peakMapped;

    /// <summary>Begins to watch.</summary>
    /// <param name="mappedName">The name of the files whose mapped pages are counted apart.</param>
    public MemoryWatch(string mappedName = "pixels.npy")
    {
        _mappedName = mappedName;
        Sample();
        _thread = new(Watch) { IsBackground = true, Name = "memory watch" };
        _thread.Start();
    }

    /// <summary>The most resident bytes seen, mapped stores' pages left out.</summary>
    public long PeakOwnedBytes => Interlocked.Read(ref _peakOwned);

    /// <summary>The most resident bytes of mapped stores seen.</summary>
    public long PeakMappedBytes => Interlocked.Read(ref _peakMapped);

    /// <summary>Looks once more and ends.</summary>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        Sample();
        _stop.Dispose();
    }

    /// <summary>Resident bytes now: those of mapped files of this name, and all others.</summary>
    public static (long Owned, long Mapped) Measure(string mappedName)
    {
        long owned = 0, mapped = 0;
        bool ofStore = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.Length > 0 && char.IsAsciiHexDigitLower(line[0]) && line.Contains('-'))
                ofStore = line.EndsWith("/" + mappedName, StringComparison.Ordinal);
            else if (line.StartsWith("Rss:", StringComparison.Ordinal))
                (ofStore ? ref mapped : ref owned) += 1024 * long.Parse(line.AsSpan(4, line.Length - 6).Trim(), CultureInfo.InvariantCulture);
        }

        return (owned, mapped);
    }

    private void Watch()
    {
        while (!_stop.Wait(_interval))
            Sample();
    }

    private void Sample()
    {
        (long owned, long mapped) = Measure(_mappedName);
        InterlockedMax(ref _peakOwned, owned);
        InterlockedMax(ref _peakMapped, mapped);
    }

    private static void InterlockedMax(ref long place, long value)
    {
        for (long seen = Interlocked.Read(ref place); value > seen; seen = Interlocked.Read(ref place))
            Interlocked.CompareExchange(ref place, value, seen);
    }
}
