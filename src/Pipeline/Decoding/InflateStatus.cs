namespace ChestXray.Pipeline.Decoding;

/// <summary>How inflating ended.</summary>
internal enum InflateStatus
{
    /// <summary>The stream's last block is complete.</summary>
    Done,

    /// <summary>The output is full, and the stream goes on.</summary>
    OutputFull,

    /// <summary>The stream is broken or cut off.</summary>
    BadData,
}
