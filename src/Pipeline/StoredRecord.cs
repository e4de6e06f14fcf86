namespace ChestXray.Pipeline;

/// <summary>What the manifest says of one record.</summary>
/// <param name="Number">Its position in the store.</param>
/// <param name="Name">The image's name without extension, which joins it with its label row.</param>
/// <param name="FindingBits">The findings of its label row at preparation; bit i is finding i of <see cref="Findings"/>.</param>
/// <param name="SourceBytes">Size of the file it was decoded from.</param>
/// <param name="SourceModified">When that file was last written, in UTC ticks.</param>
/// <param name="SourceHash">XXH3 (64 bits) of that file.</param>
/// <param name="Draft">The <see cref="DecoderOptions.Draft"/> it was decoded with.</param>
/// <param name="Sum">Sum of the resized values before rounding, on the 0 to 255 scale.</param>
/// <param name="SumOfSquares">Sum of their squares.</param>
/// <param name="Hash">XXH3 (64 bits) of the record's stored bytes.</param>
public readonly record struct StoredRecord(
    int Number, string Name, ushort FindingBits, long SourceBytes, long SourceModified, ulong SourceHash, int Draft, double Sum,
    double SumOfSquares, ulong Hash);
