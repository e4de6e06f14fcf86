using ChestXray.Pipeline.Caching;
using ChestXray.Pipeline.Decoding;

namespace ChestXray.Pipeline.Stages;

/// <summary>One image's way through the stages: its bytes, then its record. A few of them go round and round.</summary>
internal sealed class Parcel(int recordBytes)
{
    /// <summary>The file's memory.</summary>
    public PinnedBuffer File { get; } = new();

    /// <summary>Bytes of the file.</summary>
    public int FileBytes { get; set; }

    /// <summary>Which image, and the slot that takes it.</summary>
    public DecodeJob Job { get; set; }

    /// <summary>The record's bytes, pinned.</summary>
    public byte[] Record { get; } = GC.AllocateArray<byte>(recordBytes, pinned: true);

    /// <summary>XXH3 of the file.</summary>
    public ulong FileHash { get; set; }

    /// <summary>Sums over the record.</summary>
    public ResizeStatistics Statistics { get; set; }

    /// <summary>Why there is no record; null where there is one.</summary>
    public ImageFormatException? Error { get; set; }

    /// <summary>Bytes that count against the budget while it is on its way.</summary>
    public long Charged { get; set; }
}
