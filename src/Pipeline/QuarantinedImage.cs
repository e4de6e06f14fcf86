namespace ChestXray.Pipeline;

/// <summary>An image that could not become a record.</summary>
/// <param name="Name">Its name without extension.</param>
/// <param name="Path">The file.</param>
/// <param name="SourceBytes">Its size when it was tried.</param>
/// <param name="SourceModified">When it had been written, in UTC ticks; a newer file is tried again.</param>
/// <param name="Reason">The decoder's code, as `truncated`.</param>
/// <param name="Detail">What was found, in a sentence.</param>
public sealed record QuarantinedImage(
    string Name, string Path, long SourceBytes, long SourceModified, string Reason, string Detail);
