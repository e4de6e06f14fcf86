namespace ChestXray.Pipeline.Decoding;

/// <summary>Undoes the row filters of an image or a part of one, many rows at a time. One thread at a time.</summary>
internal unsafe interface IUnfilter
{
    /// <summary>Whether an image has a size for this path.</summary>
    bool Takes(int rows, int rowBytes, int bytesPerPixel);

    /// <summary>Undoes the filters of all rows.</summary>
    /// <param name="filtered">
    /// Rows of one filter byte (0 to 4, checked before) and <paramref name="rowBytes"/> bytes; <see cref="PinnedBuffer.Slack"/>
    /// bytes on either side may be read.
    /// </param>
    /// <param name="destination">
    /// Rows of <paramref name="rowBytes"/> bytes, elsewhere; <see cref="PinnedBuffer.Slack"/> bytes before may be read, and
    /// what lies between rows is overwritten.
    /// </param>
    /// <param name="stride">Bytes from one row of the destination to the next.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="rowBytes">Bytes per row.</param>
    /// <param name="bytesPerPixel">The distance of a byte's left neighbour, 1 to 8.</param>
    /// <param name="hasAbove">Whether the row before the destination's first is the one above it; otherwise that is zero.</param>
    void Rows(byte* filtered, byte* destination, int stride, int rows, int rowBytes, int bytesPerPixel, bool hasAbove = false);
}
