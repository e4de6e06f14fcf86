using System.Globalization;

namespace ChestXray.Model;

/// <summary>
/// Watches this process' resident memory a few times a second. Pages of mapped stores are counted apart: the kernel can take
/// them back at any time. Linux only (reads /proc/self/status, and every few seconds /proc/self/smaps). Thread-safe.
/// </summary>
public sealed class MemoryWatch : IDisposable
{
    private const int LooksPerMapping = 20;
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(250);
    private readonly ManualResetEventSlim _stop = new();
    private readonly string _mappedName;
    private readonly long _bound;
    private readonly Action? _exceeded;
    private readonly Thread _thread;
    private long _peakOwned;
    private long _peakMapped;
    private long _otherFiles;
    private bool _isExceeded;

    /// <summary>Begins to watch.</summary>
    /// <param name="mappedName">How the names of the files begin whose mapped pages are counted apart.</param>
    /// <param name="bound">Owned bytes above which <paramref name="exceeded"/> is called.</param>
    /// <param name="exceeded">Called once, from the watching thread; null: nobody is told.</param>
    public MemoryWatch(string mappedName = "pixels-", long bound = long.MaxValue, Action? exceeded = null)
    {
        (_mappedName, _bound, _exceeded) = (mappedName, bound, exceeded);
        SampleMappings();
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
        SampleMappings();
        _stop.Dispose();
    }

    private void Watch()
    {
        TellOfBound();
        for (int look = 1; !_stop.Wait(_interval); look++)
        {
            if (look % LooksPerMapping == 0)
                SampleMappings();
            else
                Sample();
            TellOfBound();
        }
    }

    private void TellOfBound()
    {
        if (_isExceeded || PeakOwnedBytes <= _bound)
            return;
        _isExceeded = true;
        _exceeded?.Invoke();
    }

    /// <summary>
    /// Anonymous memory by the kernel's own counters, and files' pages as they were when the mappings were last walked.
    /// </summary>
    private void Sample()
    {
        long anonymous = 0;
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("RssShmem:", StringComparison.Ordinal))
                anonymous += Kilobytes(line);
        }

        InterlockedMax(ref _peakOwned, anonymous + _otherFiles);
    }

    /// <summary>Walks all mappings, which takes tens of milliseconds in a process with gigabytes mapped.</summary>
    private void SampleMappings()
    {
        long files = 0, mapped = 0;
        bool ofStore = false, ofFile = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.Length > 0 && char.IsAsciiHexDigitLower(line[0]) && line.Contains('-'))
                (ofStore, ofFile) = (line.Contains("/" + _mappedName, StringComparison.Ordinal), line.Contains('/'));
            else if (line.StartsWith("Rss:", StringComparison.Ordinal) && ofFile)
                (ofStore ? ref mapped : ref files) += Kilobytes(line);
            else if (line.StartsWith("Anonymous:", StringComparison.Ordinal) && ofFile)
                files -= Kilobytes(line);
        }

        _otherFiles = files;
        InterlockedMax(ref _peakMapped, mapped);
        Sample();
    }

    private static long Kilobytes(string line) =>
        1024 * long.Parse(line.AsSpan(line.IndexOf(':') + 1, line.Length - line.IndexOf(':') - 4).Trim(),
            CultureInfo.InvariantCulture);

    private static void InterlockedMax(ref long place, long value)
    {
        for (long seen = Interlocked.Read(ref place); value > seen; seen = Interlocked.Read(ref place))
            Interlocked.CompareExchange(ref place, value, seen);
    }
}
