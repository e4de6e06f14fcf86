using System.Diagnostics;

namespace ChestXray.Pipeline.Decoding;

/// <summary>PNG to grey: walk the chunks, inflate the pixel data as one block, undo the filters, convert.</summary>
internal sealed unsafe class PngDecoder : IDisposable
{
    // 64 rows of 1,024 pixels of four bytes: filtered and plain together take half a megabyte.
    private const int BandRows = 64;

    private readonly DecoderOptions _options;
    private readonly IInflater _inflater;
    private readonly IUnfilter[] _unfilters;
    private readonly PngRowToGrey _toGrey = new();
    private readonly PinnedBuffer _compressed = new();
    private readonly PinnedBuffer _filtered = new();
    private readonly PinnedBuffer _plain = new();
    private readonly PinnedBuffer _pixels = new();
    private readonly PinnedBuffer _passRow = new();

    public PngDecoder(DecoderOptions options)
    {
        _options = options;
        _inflater = Inflaters.Create(options.Inflate);
        _unfilters = Unfilters.Create(options.Unfilter);
    }

    public InflateLibrary Library => _inflater.Library;

    /// <summary>Time spent inflating so far, with Adler-32, in ticks of the stopwatch.</summary>
    public long InflateTicks { get; private set; }

    public GreyImage Decode(ReadOnlySpan<byte> file)
    {
        PngFile png = PngFile.Walk(file, _options);
        PngHeader header = png.Header;
        int width = (int)header.Width, height = (int)header.Height;
        Span<byte> filtered = InflateRows(png);
        Span<byte> pixels = _pixels.Reserve(checked(width * height));
        _toGrey.Begin(header, png.Palette, png.Gamma);
        if (header.Interlaced)
            DecodePasses(header, filtered, pixels);
        else
            DecodeRows(header, filtered, pixels);
        ImageInfo info = new(
            ImageFormat.Png, width, height, header.BitDepth, header.Color, header.Interlaced, png.Orientation, png.TrailingBytes);
        return new(width, height, pixels, info);
    }

    public void Dispose() => _inflater.Dispose();

    private Span<byte> InflateRows(PngFile png)
    {
        PngHeader header = png.Header;
        long bytes = header.Interlaced ? Adam7.FilteredBytes(header) : header.Height * (1 + header.RowBytes(header.Width));
        if (bytes > Math.Min(_options.MaxInflatedBytes, PinnedBuffer.MaxBytes - 1))
        {
            throw new ImageFormatException(
                DecodeReasons.InflatedTooLarge,
                $"The pixel data inflates to {bytes} bytes; {_options.MaxInflatedBytes} are allowed ({nameof(_options.MaxInflatedBytes)}).");
        }

        ZlibData.CheckPlausible(png.DataBytes, bytes);
        ReadOnlySpan<byte> zlib = png.DataChunks == 1 ? png.SingleData : Join(png);
        ZlibData.CheckHeader(zlib);
        Span<byte> filtered = _filtered.Reserve((int)bytes + 1);
        long start = Stopwatch.GetTimestamp();
        ZlibData.Inflate(zlib, filtered, (int)bytes, _inflater, _options.Trust);
        InflateTicks += Stopwatch.GetTimestamp() - start;
        return filtered[..(int)bytes];
    }

    private Span<byte> Join(PngFile png)
    {
        Span<byte> joined = _compressed.Reserve((int)png.DataBytes);
        png.CopyData(joined);
        return joined;
    }

    private void DecodeRows(PngHeader header, Span<byte> filtered, Span<byte> pixels)
    {
        int width = (int)header.Width, height = (int)header.Height, rowBytes = (int)header.RowBytes(width);
        if (header.ColorType == 0 && header.BitDepth == 8)
        {
            Unfilter(filtered, pixels, width, height, rowBytes, 1);
            return;
        }

        DecodeBands(header, filtered, pixels);
    }

    // Wide samples become grey band by band, while the band is in the processor's cache.
    private void DecodeBands(PngHeader header, Span<byte> filtered, Span<byte> pixels)
    {
        int width = (int)header.Width, height = (int)header.Height, rowBytes = (int)header.RowBytes(width), stride = Stride(rowBytes);
        Span<byte> carried = _plain.Reserve(checked((1 + Math.Min(height, 2 * BandRows)) * stride)), band = carried[stride..];
        for (int y = 0, rows; y < height; y += rows)
        {
            // The last band takes what would be too little for one.
            rows = height - y < 2 * BandRows ? height - y : BandRows;
            Unfilter(filtered[(y * (rowBytes + 1))..], band, stride, rows, rowBytes, header.BytesPerPixel, y == 0 ? default : carried[..rowBytes]);
            for (int row = 0; row < rows; row++)
                _toGrey.Convert(band.Slice(row * stride, rowBytes), pixels.Slice((y + row) * width, width));
            band.Slice((rows - 1) * stride, rowBytes).CopyTo(carried);
        }
    }

    private void DecodePasses(PngHeader header, Span<byte> filtered, Span<byte> pixels)
    {
        int imageWidth = (int)header.Width;
        Span<byte> grey = _passRow.Reserve(imageWidth);
        for (int pass = 0; pass < Adam7.Passes; pass++)
        {
            int width = Adam7.Width(pass, imageWidth), height = Adam7.Height(pass, (int)header.Height);
            if (width == 0 || height == 0)
                continue;
            int rowBytes = (int)header.RowBytes(width);
            Span<byte> plain = Unfilter(filtered, height, rowBytes, header.BytesPerPixel, out int stride);
            for (int y = 0; y < height; y++)
            {
                _toGrey.Convert(plain.Slice(y * stride, rowBytes), grey[..width]);
                Adam7.Scatter(pass, y, grey[..width], pixels, imageWidth);
            }

            filtered = filtered[(height * (rowBytes + 1))..];
        }
    }

    private Span<byte> Unfilter(Span<byte> filtered, int rows, int rowBytes, int bytesPerPixel, out int stride)
    {
        stride = Stride(rowBytes);
        Span<byte> plain = _plain.Reserve(checked(rows * stride));
        Unfilter(filtered, plain, stride, rows, rowBytes, bytesPerPixel);
        return plain;
    }

    // An odd number of cache lines: rows a power of two apart would fight for the same few places of the cache.
    private static int Stride(int rowBytes) => ((rowBytes + 63) & ~63) | 64;

    // The spans lie in pinned buffers: nothing moves, and their slack may be read. The row above, if any, lies before the destination.
    private void Unfilter(
        Span<byte> filtered, Span<byte> destination, int stride, int rows, int rowBytes, int bytesPerPixel, ReadOnlySpan<byte> above = default)
    {
        CheckFilters(filtered, rows, rowBytes);
        foreach (IUnfilter unfilter in _unfilters)
        {
            if (!unfilter.Takes(rows, rowBytes))
                continue;
            fixed (byte* source = filtered, target = destination)
                unfilter.Rows(source, target, stride, rows, rowBytes, bytesPerPixel, !above.IsEmpty);
            return;
        }

        ScalarUnfilter.Rows(filtered, destination, stride, rows, rowBytes, bytesPerPixel, above);
    }

    private static void CheckFilters(ReadOnlySpan<byte> filtered, int rows, int rowBytes)
    {
        for (int y = 0; y < rows; y++)
        {
            int filter = filtered[y * (rowBytes + 1)];
            if (filter > 4)
                throw new ImageFormatException(DecodeReasons.BadFilter, $"Row {y} has filter {filter}; PNG has 0 to 4.");
        }
    }
}
