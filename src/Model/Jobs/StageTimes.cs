using System.Diagnostics;

namespace ChestXray.Model.Jobs;

/// <summary>Wall time of a job's stages, in order.</summary>
internal sealed class StageTimes
{
    private readonly List<(string Name, double Seconds)> _stages = [];

    public IReadOnlyList<(string Name, double Seconds)> Stages => _stages;

    public T Measure<T>(string name, Func<T> work)
    {
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            return work();
        }
        finally
        {
            _stages.Add((name, watch.Elapsed.TotalSeconds));
        }
    }
}
