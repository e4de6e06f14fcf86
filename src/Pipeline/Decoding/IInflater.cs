namespace ChestXray.Pipeline.Decoding;

/// <summary>Inflates a raw DEFLATE stream that lies in memory as a whole. One thread at a time.</summary>
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
}
