namespace ChestXray.Pipeline.Sources;

/// <summary>A file of a data set, in a folder or in an archive.</summary>
/// <param name="Path">As <see cref="IndexedImage.Path"/>.</param>
/// <param name="Bytes">Its own size.</param>
/// <param name="Modified">When it was last written, in UTC ticks.</param>
/// <param name="Entry">Where it lies in an archive; null for a file.</param>
internal readonly record struct SourceFile(string Path, long Bytes, long Modified, ArchiveEntry? Entry)
{
    /// <summary>Whether a file's name is that of an image.</summary>
    public static bool IsImage(ReadOnlySpan<char> name) =>
        name.EndsWith(".png", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase) ||
        name.EndsWith(".jpeg", StringComparison.OrdinalIgnoreCase);

    public static bool IsZip(ReadOnlySpan<char> name) => name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    public static bool IsTar(ReadOnlySpan<char> name) =>
        name.EndsWith(".tar", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) ||
        name.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);
}
