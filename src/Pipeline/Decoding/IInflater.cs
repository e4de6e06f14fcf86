using System.IO.Hashing;

namespace ChestXray.Pipeline.Decoding;

/// <summary>Inflates a raw DEFLATE stream that lies in memory as a whole, at once or in parts. One thread at a time.</summary>
internal interface IInflater : IDisposable
{
    /// <summary>Which library this is.</summary>
    InflateLibrary Library { get; }

    /// <summary>Inflates one stream.</summary>
    /// <param name="deflate">The stream (RFC 1951), possibly with bytes behind it.</param>
    /// <param name="output">Where the data goes; the stream must fit. Nothing outside is written.</param>
    /// <param name="consumed">
    /// Bytes of <paramref name="deflate"/> that the stream took; where it took fewer than all, the runtime's library gives a
    /// bound.
    /// </param>
    /// <param name="written">Bytes of <paramref name="output"/> that were filled.</param>
    InflateStatus Inflate(ReadOnlySpan<byte> deflate, Span<byte> output, out int consumed, out int written);

    /// <summary>Whether the library can stop within a stream and go on: <see cref="Begin"/> and <see cref="Next"/>.</summary>
    bool CanPause { get; }

    /// <summary>
    /// Bytes of the begun stream that were taken, once <see cref="Next"/> has said that it is done; as for <see
    /// cref="Inflate"/>.
    /// </summary>
    int Consumed { get; }

    /// <summary>Begins a stream that is inflated part by part.</summary>
    /// <param name="deflate">
    /// The stream; it stays where it is until it is done. <see cref="ReadBehind"/> bytes behind it may be read.
    /// </param>
    /// <param name="length">Its bytes.</param>
    unsafe void Begin(byte* deflate, int length);

    /// <summary>Inflates the next part of the stream.</summary>
    /// <param name="output">Gets the part; only the stream's end leaves it partly empty.</param>
    /// <param name="written">Bytes that were filled.</param>
    /// <returns><see cref="InflateStatus.OutputFull"/> where all were, even if nothing follows.</returns>
    InflateStatus Next(Span<byte> output, out int written);

    /// <summary>CRC-32 as PNG and zip have it, by the library where it has one.</summary>
    uint Crc(ReadOnlySpan<byte> data) => Crc32.HashToUInt32(data);

    /// <summary>What a begun stream must have behind it: the bytes of zlib's checksum.</summary>
    const int ReadBehind = 4;
}
