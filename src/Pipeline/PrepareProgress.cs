namespace ChestXray.Pipeline;

/// <summary>How far a preparation is.</summary>
/// <param name="Done">Images decoded or quarantined in this run.</param>
/// <param name="Total">Images to decode in this run.</param>
/// <param name="SourceBytes">Bytes of the files read so far.</param>
/// <param name="Elapsed">Since decoding began.</param>
public readonly record struct PrepareProgress(int Done, int Total, long SourceBytes, TimeSpan Elapsed)
{
    /// <summary>Whether another process is writing the store and this one waits for it.</summary>
    public bool WaitsForWriter { get; init; }
}
