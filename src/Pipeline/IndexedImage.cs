using ChestXray.Pipeline.Sources;

namespace ChestXray.Pipeline;

/// <summary>An image that has a label row, in a file or in an archive.</summary>
/// <param name="Label">Its row.</param>
/// <param name="Path">
/// Its full path; inside an archive, the archive's path goes on with the entry's, as if it were a folder.
/// </param>
/// <param name="Bytes">The image file's own size; -1 where its archive has not been read yet.</param>
/// <param name="Modified">When it was last written, in UTC ticks, by the file system or by the archive.</param>
public readonly record struct IndexedImage(LabelRow Label, string Path, long Bytes, long Modified)
{
    /// <summary>The archive that holds it; null for a file.</summary>
    public string? ArchivePath => Entry?.Archive;

    /// <summary>Whether it can only be met by reading its archive from the beginning.</summary>
    public bool IsStreamed => Entry is { Method: ArchiveEntry.Streamed };

    internal ArchiveEntry? Entry { get; init; }
}
