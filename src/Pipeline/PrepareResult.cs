namespace ChestXray.Pipeline;

/// <summary>What a preparation did.</summary>
/// <param name="Folder">The store's folder.</param>
/// <param name="Decoded">Images decoded in this run; 0 where all were there.</param>
/// <param name="Reused">Records that were there.</param>
/// <param name="Quarantine">Images that could not be decoded, now or before, in the order of the index.</param>
/// <param name="SourceBytes">Bytes of the files read.</param>
/// <param name="Elapsed">Wall time of decoding.</param>
public sealed record PrepareResult(
    string Folder, int Decoded, int Reused, IReadOnlyList<QuarantinedImage> Quarantine, long SourceBytes, TimeSpan Elapsed)
{
    /// <summary>The images as they are known now that every archive has been read.</summary>
    public required DataSetIndex Index { get; init; }

    /// <summary>How each stage spent its time, in the order of an image's way; empty where nothing was decoded.</summary>
    public IReadOnlyList<StageReport> Stages { get; init; } = [];

    /// <summary>Processor time of the whole process while it decoded.</summary>
    public TimeSpan ProcessorTime { get; init; }

    /// <summary>Damage of the store that was found and mended: lines, shards and records, a sentence each.</summary>
    public IReadOnlyList<NamedProblem> Mended { get; init; } = [];

    /// <summary>Images decoded a second of wall time; 0 where none was.</summary>
    public double ImagesPerSecond => Decoded == 0 ? 0 : Decoded / Math.Max(Elapsed.TotalSeconds, 1e-9);

    /// <summary>Seconds of one processor that an image took; 0 where none was decoded.</summary>
    public double CoreSecondsPerImage => Decoded == 0 ? 0 : ProcessorTime.TotalSeconds / Decoded;
}
