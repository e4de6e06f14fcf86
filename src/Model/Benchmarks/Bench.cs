using System.Diagnostics;

namespace ChestXray.Model.Benchmarks;

/// <summary>Collects the checks, rows and metrics of one suite.</summary>
internal sealed class Bench(string suite, BenchmarkOptions options, IJobObserver observer, CancellationToken cancellation)
{
    private readonly List<string> _checks = [];
    private readonly List<BenchmarkRow> _rows = [];
    private readonly Dictionary<string, double> _metrics = [];
    private readonly List<string> _absent = [];
    private readonly List<string> _notes = [];

    /// <summary>Long enough for the runtime to compile hot code at its last tier.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(1);

    public BenchmarkOptions Options => options;

    public CancellationToken Cancellation => cancellation;

    /// <summary>A sentence on what holds; otherwise nothing may be timed.</summary>
    public void Check(bool holds, string sentence)
    {
        if (!holds)
            throw new JobException($"{suite}: this does not hold: {sentence} Nothing is timed while results are wrong.");
        _checks.Add(sentence);
    }

    /// <summary>Times work after a warm-up; returns the median number of units a second.</summary>
    public double Rate(string name, string unit, double unitsPerRun, Action work)
    {
        observer.Say($"timing {name} ...");
        long warm = Stopwatch.GetTimestamp();
        do
            work();
        while (Stopwatch.GetElapsedTime(warm) < WarmUp);
        double[] rates = new double[Math.Max(3, options.Repeats)];
        for (int i = 0; i < rates.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            work();
            rates[i] = unitsPerRun / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return Add(name, unit, rates);
    }

    /// <summary>Managed bytes that work allocates on this thread, after a warm-up.</summary>
    public static double AllocatedBytes(Action work)
    {
        work();
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    public double Add(string name, string unit, double[] values)
    {
        Array.Sort(values);
        double median = values.Length % 2 == 1
            ? values[values.Length / 2] : (values[values.Length / 2 - 1] + values[values.Length / 2]) / 2;
        _rows.Add(new(name, unit, median, values[0], values[^1]));
        return median;
    }

    public void Say(string sentence) => observer.Say(sentence);

    /// <summary>Something that could not be timed here, with the reason.</summary>
    public void Absent(string sentence) => _absent.Add(sentence);

    /// <summary>What the figures say.</summary>
    public void Note(string sentence) => _notes.Add(sentence);

    public void Metric(string name, double value) => _metrics[$"{suite}.{name}"] = value;

    /// <summary>
    /// Times another program: a script of ours under the system's Python, which prints {"peer": {"version": v, "rates": [..]}}.
    /// </summary>
    /// <returns>The median by peer.</returns>
    public Dictionary<string, double> Peers(string script, string unit, params string[] arguments)
    {
        if (!options.Peers)
            return [];
        observer.Say($"timing peers ({script}) ...");
        PeerResult result = PeerScript.Run(script, arguments, cancellation);
        _absent.AddRange(result.Absent);
        return result.Rates.ToDictionary(
            peer => peer.Key, peer => Add($"peer: {peer.Key} {result.Versions[peer.Key]}", unit, peer.Value));
    }

    public BenchmarkReport Report(string input) => new(suite, input, _checks, _rows, _metrics, _absent) { Notes = _notes };
}
