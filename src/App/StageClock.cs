using System.Diagnostics;

namespace ChestXray.App;

/// <summary>Rate and time left of a stage.</summary>
internal sealed class StageClock(int total, string unit)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public TimeSpan Elapsed => _watch.Elapsed;

    public string Describe(int done)
    {
        double seconds = Math.Max(_watch.Elapsed.TotalSeconds, 1e-3), rate = done / seconds;
        string left = done == 0 || done >= total ? "" : $", {Format(TimeSpan.FromSeconds((total - done) / rate))} left";
        return $"{done:N0}/{total:N0} {unit}, {(rate >= 10 ? $"{rate:N0}" : $"{rate:0.0}")}/s{left}";
    }

    public static string Format(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time:mm\\:ss}" : $"{time:m\\:ss}";
}
