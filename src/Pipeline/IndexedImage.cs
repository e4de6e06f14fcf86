namespace ChestXray.Pipeline;

/// <summary>An image file that has a label row.</summary>
/// <param name="Label">Its row.</param>
/// <param name="Path">Its full path.</param>
/// <param name="Bytes">The file's size.</param>
/// <param name="Modified">When it was last written, in UTC ticks.</param>
public readonly record struct IndexedImage(LabelRow Label, string Path, long Bytes, long Modified);
