namespace ChestXray.Pipeline.Stages;

/// <summary>What one thread did in one stage, in ticks of the stopwatch. Written by that thread alone.</summary>
internal sealed class StageMeter(string stage)
{
    public string Stage => stage;

    /// <summary>Time at work.</summary>
    public long Busy { get; set; }

    /// <summary>Time spent waiting for the stage before or after.</summary>
    public long Wait { get; set; }

    public long Images { get; set; }

    public long Bytes { get; set; }
}
