using System.Diagnostics;

namespace ChestXray.Model.Benchmarks;

/// <summary>
/// Contestants that take turns in every round, each with a pass that warms the caches and a timed one. A ratio is the median of
/// the rounds' ratios: what slows one round down slows both sides.
/// </summary>
internal sealed class Rounds(Bench bench, string unit)
{
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(1);
    private readonly List<(string Name, string Key, Func<double> Pass)> _contestants = [];
    private readonly Dictionary<string, double[]> _rates = [];

    /// <summary>Adds work of ours.</summary>
    public void Add(string key, string name, double unitsPerPass, Action pass)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < _warmUp;)
            pass();
        _contestants.Add((name, key, () =>
        {
            pass();
            long start = Stopwatch.GetTimestamp();
            pass();
            return unitsPerPass / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        ));
    }

    /// <summary>Adds all peers of a process.</summary>
    public void Add(string prefix, PeerProcess peers)
    {
        foreach ((string peer, string version) in peers.Versions)
        {
            _contestants.Add(($"peer: {prefix}{peer} {version}", prefix + peer, () =>
            {
                peers.Run(peer);
                return peers.Run(peer);
            }
            ));
        }

        peers.Absent.ForEach(bench.Absent);
    }

    /// <summary>Runs the rounds and reports each contestant's rates.</summary>
    public void Run(int rounds)
    {
        foreach ((_, string key, _) in _contestants)
            _rates[key] = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            bench.Say($"round {round + 1} of {rounds} ...");
            foreach ((_, string key, Func<double> pass) in _contestants)
            {
                bench.Cancellation.ThrowIfCancellationRequested();
                _rates[key][round] = pass();
            }
        }

        foreach ((string name, string key, _) in _contestants)
            bench.Add(name, unit, [.. _rates[key]]);
    }

    /// <summary>Puts the ratio of two contestants into the report, where both took part.</summary>
    public void Ratio(string metric, string ours, string theirs)
    {
        if (!_rates.TryGetValue(ours, out double[]? a) || !_rates.TryGetValue(theirs, out double[]? b))
            return;
        double[] ratios = [.. a.Zip(b, (left, right) => left / right).Order()];
        bench.Metric(metric, (ratios[(ratios.Length - 1) / 2] + ratios[ratios.Length / 2]) / 2);
    }
}
