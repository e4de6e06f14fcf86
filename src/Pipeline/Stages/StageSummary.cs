using System.Diagnostics;

namespace ChestXray.Pipeline.Stages;

/// <summary>Adds the threads' meters up, stage by stage.</summary>
internal static class StageSummary
{
    private static readonly string[] _order = ["read", "decode", "inflate", "resize", "write"];

    public static IReadOnlyList<StageReport> Of(IReadOnlyList<StageMeter> meters, TimeSpan elapsed) =>
    [
        .. from stage in _order
           let own = meters.Where(meter => meter.Stage == stage).ToArray()
           where own.Length > 0
           select new StageReport(
               stage, own.Length, own.Sum(meter => meter.Images), own.Sum(meter => meter.Bytes),
               Time(own.Sum(meter => meter.Busy)),
               Time(own.Sum(meter => meter.Wait)), elapsed),
    ];

    private static TimeSpan Time(long ticks) => Stopwatch.GetElapsedTime(0, ticks);
}
