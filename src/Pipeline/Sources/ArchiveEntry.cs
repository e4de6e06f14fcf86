namespace ChestXray.Pipeline.Sources;

/// <summary>Where an image lies in an archive.</summary>
/// <param name="Archive">The archive's full path.</param>
/// <param name="Method">How it is kept: zip's number, or <see cref="Streamed"/>.</param>
/// <param name="Offset">Where its local header starts; zip only.</param>
/// <param name="StoredBytes">Bytes that it takes there; zip only.</param>
/// <param name="Crc">CRC-32 of its bytes; zip only.</param>
internal sealed record ArchiveEntry(string Archive, int Method, long Offset = 0, long StoredBytes = 0, uint Crc = 0)
{
    /// <summary>Kept in a tar file, which has no directory.</summary>
    public const int Streamed = -1;

    /// <summary>A zip entry kept as it is.</summary>
    public const int Plain = 0;

    /// <summary>A zip entry packed with DEFLATE.</summary>
    public const int Deflated = 8;

    /// <summary>A zip entry under a password.</summary>
    public const int Encrypted = -2;
}
