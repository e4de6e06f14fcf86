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
    /// <summary>Damage of the store that was found and mended: lines, shards and records, a sentence each.</summary>
    public IReadOnlyList<NamedProblem> Mended { get; init; } = [];

    /// <summary>Images decoded a second of wall time; 0 where none was.</summary>
    public double ImagesPerSecond => Decoded == 0 ? 0 : Decoded / Math.Max(Elapsed.TotalSeconds, 1e-9);
}
