namespace ChestXray.Pipeline;

/// <summary>What the manifest says of one record.</summary>
/// <param name="Number">Its position in the pixel file.</param>
/// <param name="Name">The image's name without extension, which joins it with its label row.</param>
/// <param name="SourceBytes">Size of the file it was decoded from.</param>
/// <param name="SourceModified">When that file was last written, in UTC ticks.</param>
/// <param name="Sum">Sum of the resized values before rounding, on the 0 to 255 scale.</param>
/// <param name="SumOfSquares">Sum of their squares.</param>
/// <param name="Hash">XXH3 (64 bits) of the record's stored bytes.</param>
public readonly record struct StoredRecord(
    int Number, string Name, long SourceBytes, long SourceModified, double Sum, double SumOfSquares, ulong Hash);
