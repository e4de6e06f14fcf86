namespace ChestXray.Pipeline;

/// <summary>What decides a record's bytes: two stores with equal layouts hold equal records of equal images.</summary>
/// <param name="Size">Height and width in pixels, 1 to 4,096.</param>
/// <param name="Pixels">How a pixel is kept.</param>
/// <param name="Antialias">Whether images are resized with antialias: smoother, and not what the guide's network sees.</param>
/// <param name="Draft">
/// Whether JPEG files are decoded at a half, a quarter or an eighth of their size where that is at least <paramref
/// name="Size"/>: faster, and not exactly the pixels that TensorFlow sees.
/// </param>
public sealed record StoreLayout(int Size = 224, PixelType Pixels = PixelType.U8, bool Antialias = false, bool Draft = false)
{
    private const int PageBytes = 4096;
    private const long WantedShardBytes = 1L << 30;

    /// <summary>Bytes of one record.</summary>
    public int RecordBytes => Size * Size * (Pixels == PixelType.U16 ? 2 : 1);

    /// <summary>
    /// Records in each shard but the last: about 1 GiB of them, and whole pages of 4 KiB, so that shards can be mapped one
    /// behind the other and record n lies n times <see cref="RecordBytes"/> behind record 0.
    /// </summary>
    public int ShardRecords =>
        (int)Math.Max(PageRecords, (ShardBytes ?? WantedShardBytes) / RecordBytes / PageRecords * PageRecords);

    /// <summary>The sub-folder of a cache that holds records of this layout.</summary>
    public string FolderName =>
        $"{Size}-{(Pixels == PixelType.U16 ? "u16" : "u8")}{(Antialias ? "-antialias" : "")}{(Draft ? "-draft" : "")}";

    /// <summary>The side that a draft of a JPEG file may be reduced to; 0 where it is decoded in full.</summary>
    internal int DraftSize => Draft ? Size : 0;

    /// <summary>Another size of shards, for tests.</summary>
    internal long? ShardBytes { get; init; }

    /// <summary>The fewest records that fill whole pages.</summary>
    private int PageRecords => PageBytes / Math.Min(PageBytes, RecordBytes & -RecordBytes);

    /// <summary>The layout that a folder name stands for; null where it is none.</summary>
    public static StoreLayout? Parse(string folderName)
    {
        string[] parts = folderName.Split('-');
        if (parts is not [_, "u8" or "u16", ..] || !int.TryParse(parts[0], out int size))
            return null;
        StoreLayout layout = new(size, parts[1] == "u16"
            ? PixelType.U16 : PixelType.U8, parts.Contains("antialias"), parts.Contains("draft"));
        return layout.FolderName == folderName ? layout : null;
    }

    /// <summary>Refuses a size that no store can have.</summary>
    /// <exception cref="DataSetException">The size is out of range.</exception>
    public void Validate()
    {
        if (Size is < 1 or > 4096)
            throw new DataSetException($"The image size is {Size}: it must lie between 1 and 4096 pixels.");
    }

    /// <summary>The file that holds the records from shard * <see cref="ShardRecords"/>.</summary>
    internal static string ShardName(int shard) => $"pixels-{shard:D4}.npy";
}
