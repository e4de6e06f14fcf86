namespace ChestXray.Pipeline.Decoding;

/// <summary>From filtered PNG rows to grey: summed, unfiltered and converted a band of rows at a time, while the band is in the cache.</summary>
internal sealed unsafe class PngBands(IUnfilter[] unfilters, PngRowToGrey toGrey, bool trust)
{
    // 64 rows of 1,024 pixels of four bytes: filtered and plain together take half a megabyte.
    private const int BandRows = 64;

    private readonly PinnedBuffer _plain = new();
    private readonly PinnedBuffer _first = new();
    private uint _storedAdler;
    private uint _adler;

    /// <summary>
    /// How far behind the first pixel the filtered rows may begin in the same memory, so that the pixels of a band never reach rows that are
    /// still to be read.
    /// </summary>
    public static long FilteredStart(PngHeader header)
    {
        bool isNarrow = header.Interlaced || header.RowBytes(header.Width) < header.Width;
        return header.Width * (isNarrow ? header.Height : Math.Min(header.Height, 2 * BandRows));
    }

    /// <summary>Starts an image.</summary>
    /// <param name="storedAdler">The checksum that all its filtered rows should have.</param>
    public void Begin(uint storedAdler) => (_storedAdler, _adler) = (storedAdler, Adler32.Empty);

    /// <summary>Refuses an image whose rows did not have their checksum.</summary>
    public void End()
    {
        if (!trust)
            ZlibData.CheckAdler(_storedAdler, _adler);
    }

    /// <summary>Decodes an image that is not interlaced.</summary>
    /// <param name="header">Its format.</param>
    /// <param name="filtered">All its rows, in a pinned buffer.</param>
    /// <param name="pixels">Its grey, in the same, where <see cref="FilteredStart"/> allows.</param>
    public void Decode(PngHeader header, ReadOnlySpan<byte> filtered, Span<byte> pixels)
    {
        int width = (int)header.Width, height = (int)header.Height, rowBytes = (int)header.RowBytes(width);
        int step = FirstBytes.Step(header);
        for (int y = 0, rows; y < height; y += rows)
        {
            // The last band takes what would be too little for one.
            rows = height - y < 2 * BandRows ? height - y : BandRows;
            Check(filtered, rows, rowBytes);
            ReadOnlySpan<byte> source = filtered[..(rows * (rowBytes + 1))], above = y == 0 ? default : pixels.Slice((y - 1) * width, width);
            Span<byte> target = pixels.Slice(y * width, rows * width);
            if (step > 0 && TakeFirst(header, ref source, rows, step))
            {
                Unfilter(source, target, width, rows, width, 1, above);
            }
            else
            {
                DecodeWide(header, source, target, rows, above, isFirst: step > 0);
                step = 0;
            }

            filtered = filtered[(rows * (rowBytes + 1))..];
        }
    }

    /// <summary>Undoes the filters of rows that are not converted here.</summary>
    /// <param name="filtered">These rows and all that follow them.</param>
    /// <param name="rows">How many.</param>
    /// <param name="rowBytes">Bytes of each.</param>
    /// <param name="bytesPerPixel">The distance of a byte's left neighbour.</param>
    /// <param name="stride">From row to row of the result.</param>
    /// <returns>The plain rows, valid until the next call.</returns>
    public Span<byte> Unfilter(ReadOnlySpan<byte> filtered, int rows, int rowBytes, int bytesPerPixel, out int stride)
    {
        Check(filtered, rows, rowBytes);
        stride = Stride(rowBytes);
        Span<byte> plain = _plain.Reserve(checked(rows * stride));
        Unfilter(filtered, plain, stride, rows, rowBytes, bytesPerPixel, default);
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
    private void DecodeWide(PngHeader header, ReadOnlySpan<byte> source, Span<byte> target, int rows, ReadOnlySpan<byte> above, bool isFirst)
    {
        int width = (int)header.Width, rowBytes = (int)header.RowBytes(width), stride = Stride(rowBytes);
        Span<byte> carried = _plain.Reserve(checked((1 + (2 * BandRows)) * stride)), band = carried[stride..];
        for (int x = 0; isFirst && x < above.Length; x++)
            carried.Slice(4 * x, 4).Fill(above[x]);
        Unfilter(source, band, stride, rows, rowBytes, header.BytesPerPixel, above.IsEmpty ? default : carried[..rowBytes]);
        for (int row = 0; row < rows; row++)
            toGrey.Convert(band.Slice(row * stride, rowBytes), target.Slice(row * width, width));
        band.Slice((rows - 1) * stride, rowBytes).CopyTo(carried);
    }

    // An odd number of cache lines: rows a power of two apart would fight for the same few places of the cache.
    private static int Stride(int rowBytes) => ((rowBytes + 63) & ~63) | 64;

    // The spans lie in pinned buffers: nothing moves, and their slack may be read. The row above, if any, lies before the destination.
    private void Unfilter(
        ReadOnlySpan<byte> filtered, Span<byte> destination, int stride, int rows, int rowBytes, int bytesPerPixel, ReadOnlySpan<byte> above)
    {
        foreach (IUnfilter unfilter in unfilters)
        {
            if (!unfilter.Takes(rows, rowBytes))
                continue;
            fixed (byte* source = filtered, target = destination)
                unfilter.Rows(source, target, stride, rows, rowBytes, bytesPerPixel, !above.IsEmpty);
            return;
        }

        ScalarUnfilter.Rows(filtered, destination, stride, rows, rowBytes, bytesPerPixel, above);
    }

    private void Check(ReadOnlySpan<byte> filtered, int rows, int rowBytes)
    {
        for (int y = 0; y < rows; y++)
        {
            int filter = filtered[y * (rowBytes + 1)];
            if (filter <= 4)
                continue;

            // Data that are damaged are called so, not misread.
            if (!trust)
                ZlibData.CheckAdler(_storedAdler, Adler32.Append(filtered, _adler));
            throw new ImageFormatException(DecodeReasons.BadFilter, $"A row has filter {filter}; PNG has 0 to 4.");
        }

        if (!trust)
            _adler = Adler32.Append(filtered[..(rows * (rowBytes + 1))], _adler);
    }
}
