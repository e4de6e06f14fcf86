namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// From filtered PNG rows to grey: unfiltered and converted a band of rows at a time, while the band is in the cache.
/// </summary>
internal sealed unsafe class PngBands(IUnfilter[] unfilters, PngRowToGrey toGrey, FilteredRows filtered)
{
    /// <summary>Rows that the fastest unfilter works on at a time.</summary>
    public const int LaneRows = 64;

    private readonly PinnedBuffer _plain = new();
    private readonly PinnedBuffer _first = new();

    /// <summary>Decodes an image that is not interlaced.</summary>
    /// <param name="header">Its format.</param>
    /// <param name="bandRows">Rows of a band; the last band takes what would be too little for one.</param>
    /// <param name="window">Gets the grey rows.</param>
    /// <param name="resize">Reads them band by band; null where nobody does.</param>
    public void Decode(PngHeader header, int bandRows, GreyWindow window, ResizePass? resize)
    {
        int width = (int)header.Width, height = (int)header.Height, rowBytes = (int)header.RowBytes(width);
        int step = FirstBytes.Step(header);
        for (int y = 0, rows; y < height; y += rows)
        {
            rows = height - y < 2 * bandRows ? height - y : bandRows;
            ReadOnlySpan<byte> source = filtered.Next(rows, rowBytes);
            Span<byte> target = window.Add(rows);
            if (step > 0 && TakeFirst(header, ref source, rows, step))
            {
                Unfilter(source, target, width, rows, width, 1, window.Above);
            }
            else
            {
                DecodeWide(header, source, target, rows, 2 * bandRows, window.Above, isFirst: step > 0, y, resize);
                step = 0;
            }

            resize?.Take(window);
        }
    }

    /// <summary>Undoes the filters of rows that are not converted here.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="rowBytes">Bytes of each.</param>
    /// <param name="bytesPerPixel">The distance of a byte's left neighbour.</param>
    /// <param name="stride">From row to row of the result.</param>
    /// <returns>The plain rows, valid until the next call.</returns>
    public Span<byte> Unfilter(int rows, int rowBytes, int bytesPerPixel, out int stride)
    {
        ReadOnlySpan<byte> source = filtered.Next(rows, rowBytes);
        stride = Stride(rowBytes);
        Span<byte> plain = _plain.Reserve(checked(rows * stride));
        Unfilter(source, plain, stride, rows, rowBytes, bytesPerPixel, default);
        return plain;
    }

    // Replaces the source by the first bytes of its pixels.
    private bool TakeFirst(PngHeader header, ref ReadOnlySpan<byte> source, int rows, int step)
    {
        if (step == 1)
            return true;
        int width = (int)header.Width, rowBytes = step * width;
        Span<byte> first = _first.Reserve(rows * (width + 1));
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> from = source.Slice(row * (rowBytes + 1), rowBytes + 1);
            Span<byte> to = first.Slice(row * (width + 1), width + 1);
            to[0] = from[0];
            if (!FirstBytes.Take(from[1..], to[1..], step, mustBeEqual: header.ColorType == 6))
                return false;
        }

        source = first;
        return true;
    }

    // The carried row lies before the band. Where the bands above were grey, it is made of it; its alpha matters to nobody.
    private void DecodeWide(
        PngHeader header, ReadOnlySpan<byte> source, Span<byte> target, int rows, int mostRows, ReadOnlySpan<byte> above,
        bool isFirst, int y,
        ResizePass? resize)
    {
        int width = (int)header.Width, rowBytes = (int)header.RowBytes(width), stride = Stride(rowBytes);
        Span<byte> carried = _plain.Reserve(checked((1 + mostRows) * stride)), band = carried[stride..];
        for (int x = 0; isFirst && x < above.Length; x++)
            carried.Slice(4 * x, 4).Fill(above[x]);
        Unfilter(source, band, stride, rows, rowBytes, header.BytesPerPixel, above.IsEmpty ? default : carried[..rowBytes]);
        for (int row = 0; row < rows; row++)
        {
            if (resize is null || resize.Needs(y + row))
                toGrey.Convert(band.Slice(row * stride, rowBytes), target.Slice(row * width, width));
        }

        band.Slice((rows - 1) * stride, rowBytes).CopyTo(carried);
    }

    // An odd number of cache lines: rows a power of two apart would fight for the same few places of the cache.
    private static int Stride(int rowBytes) => ((rowBytes + 63) & ~63) | 64;

    // The spans lie in pinned buffers: nothing moves, and their slack may be read. The row above, if any, lies before the
    // destination.
    private void Unfilter(
        ReadOnlySpan<byte> source, Span<byte> destination, int stride, int rows, int rowBytes, int bytesPerPixel, ReadOnlySpan<byte> above)
    {
        foreach (IUnfilter unfilter in unfilters)
        {
            if (!unfilter.Takes(rows, rowBytes, bytesPerPixel))
                continue;
            fixed (byte* from = source, to = destination)
                unfilter.Rows(from, to, stride, rows, rowBytes, bytesPerPixel, !above.IsEmpty);
            return;
        }

        ScalarUnfilter.Rows(source, destination, stride, rows, rowBytes, bytesPerPixel, above);
    }
}
