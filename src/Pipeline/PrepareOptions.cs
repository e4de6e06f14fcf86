using ChestXray.Pipeline.Caching;

namespace ChestXray.Pipeline;

/// <summary>How a store is built.</summary>
public sealed record PrepareOptions
{
    /// <summary>Threads that decode, at least 1. Default: one for each processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The share of images that may be broken before preparation stops, 0 to 1. Default: 0.01.</summary>
    public double MaxBadShare { get; init; } = 0.01;

    /// <summary>
    /// How often finished records are made durable and acknowledged: what a crash can cost. Default: 2 seconds.
    /// </summary>
    public TimeSpan ChunkTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Limits and choices of the decoders.</summary>
    public DecoderOptions Decoder { get; init; } = new();

    /// <summary>How long to wait while another process writes the same store. Default: an hour.</summary>
    public TimeSpan WaitForWriter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What stands between the store and the disk; tests break it.</summary>
    internal IStoreFiles Files { get; init; } = SystemFiles.Instance;
}
