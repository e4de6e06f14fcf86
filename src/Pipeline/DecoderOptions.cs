namespace ChestXray.Pipeline;

/// <summary>Limits and choices of an <see cref="ImageDecoder"/>. The defaults suit files of unknown origin.</summary>
public sealed record DecoderOptions
{
    /// <summary>The longest width or height, in pixels (default 16,384).</summary>
    public int MaxSide { get; init; } = 16_384;

    /// <summary>The most pixels, width times height (default 67,108,864 = 8,192 x 8,192).</summary>
    public long MaxPixels { get; init; } = 1L << 26;

    /// <summary>The most PNG chunks or JPEG segments of one file (default 100,000).</summary>
    public int MaxChunks { get; init; } = 100_000;

    /// <summary>The largest file, in bytes (default 256 MiB).</summary>
    public long MaxFileBytes { get; init; } = 1L << 28;

    /// <summary>The most bytes that the pixel data of one PNG may inflate to (default 512 MiB).</summary>
    public long MaxInflatedBytes { get; init; } = 1L << 29;

    /// <summary>
    /// Skip the checksums (chunk CRC-32 and Adler-32) of files that were verified before. Structure and limits are checked all
    /// the same.
    /// </summary>
    public bool Trust { get; init; }

    /// <summary>
    /// Zero (default) decodes JPEG exactly. Above zero, JPEG is decoded at the smallest of 1/2, 1/4 and 1/8 of its size that
    /// leaves both sides at least this many pixels long: faster, and not the pixels that TensorFlow sees. PNG has no such short
    /// cut.
    /// </summary>
    public int Draft { get; init; }

    /// <summary>Which library inflates PNG data; <see cref="InflateLibrary.Auto"/> takes the fastest that loads.</summary>
    public InflateLibrary Inflate { get; init; }

    /// <summary>
    /// How many bytes of PNG rows are inflated at a time, so that they are worked on while they are in the cache (default 264
    /// KiB, 256 rows of 1,024 pixels; 0 as few as one row). Images of at most four times as many bytes, and those of a library
    /// that can't stop within a stream, are inflated at once.
    /// </summary>
    public int BandBytes { get; init; } = 264 << 10;

    /// <summary>How PNG rows are unfiltered; <see cref="UnfilterPath.Auto"/> takes the fastest that the processor runs.</summary>
    public UnfilterPath Unfilter { get; init; }

    /// <summary>How JPEG is decoded.</summary>
    public JpegPath Jpeg { get; init; }
}
