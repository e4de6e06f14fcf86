using System.Diagnostics;

namespace ChestXray.Pipeline.Decoding;

/// <summary>PNG to grey: walk the chunks, inflate the pixel data as one block, undo the filters, convert.</summary>
internal sealed class PngDecoder : IDisposable
{
    private readonly DecoderOptions _options;
    private readonly IInflater _inflater;
    private readonly PngBands _bands;
    private readonly PngRowToGrey _toGrey = new();
    private readonly PinnedBuffer _compressed = new();

    // The pixels, and behind their first rows the filtered ones that they are made of: less memory stays longer in the cache.
    private readonly PinnedBuffer _rows = new();
    private readonly PinnedBuffer _passRow = new();

    public PngDecoder(DecoderOptions options)
    {
        _options = options;
        _inflater = Inflaters.Create(options.Inflate);
        _bands = new(Unfilters.Create(options.Unfilter), _toGrey, options.Trust);
    }

    public InflateLibrary Library => _inflater.Library;

    /// <summary>Time spent inflating so far, in ticks of the stopwatch.</summary>
    public long InflateTicks { get; private set; }

    public GreyImage Decode(ReadOnlySpan<byte> file)
    {
        PngFile png = PngFile.Walk(file, _options);
        PngHeader header = png.Header;
        int width = (int)header.Width, height = (int)header.Height;
        Span<byte> filtered = InflateRows(png), pixels = _rows.Held(width * height);
        _toGrey.Begin(header, png.Palette, png.Gamma);
        if (header.Interlaced)
            DecodePasses(header, filtered, pixels);
        else
            _bands.Decode(header, filtered, pixels);
        _bands.End();
        ImageInfo info = new(
            ImageFormat.Png, width, height, header.BitDepth, header.Color, header.Interlaced, png.Orientation, png.TrailingBytes);
        return new(width, height, pixels, info);
    }

    public void Dispose() => _inflater.Dispose();

    private Span<byte> InflateRows(PngFile png)
    {
        PngHeader header = png.Header;
        long bytes = header.Interlaced ? Adam7.FilteredBytes(header) : header.Height * (1 + header.RowBytes(header.Width));
        long start = PngBands.FilteredStart(header);
        if (bytes > Math.Min(_options.MaxInflatedBytes, PinnedBuffer.MaxBytes - 1 - start))
        {
            throw new ImageFormatException(
                DecodeReasons.InflatedTooLarge,
                $"The pixel data inflates to {bytes} bytes; {_options.MaxInflatedBytes} are allowed ({nameof(_options.MaxInflatedBytes)}).");
        }

        ZlibData.CheckPlausible(png.DataBytes, bytes);
        ReadOnlySpan<byte> zlib = png.DataChunks == 1 ? png.SingleData : Join(png);
        ZlibData.CheckHeader(zlib);
        Span<byte> filtered = _rows.Reserve((int)(start + bytes + 1))[(int)start..];
        long begin = Stopwatch.GetTimestamp();
        _bands.Begin(ZlibData.Inflate(zlib, filtered, (int)bytes, _inflater));
        InflateTicks += Stopwatch.GetTimestamp() - begin;
        return filtered[..(int)bytes];
    }

    private Span<byte> Join(PngFile png)
    {
        Span<byte> joined = _compressed.Reserve((int)png.DataBytes);
        png.CopyData(joined);
        return joined;
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
            Span<byte> plain = _bands.Unfilter(filtered, height, rowBytes, header.BytesPerPixel, out int stride);
            for (int y = 0; y < height; y++)
            {
                _toGrey.Convert(plain.Slice(y * stride, rowBytes), grey[..width]);
                Adam7.Scatter(pass, y, grey[..width], pixels, imageWidth);
            }

            filtered = filtered[(height * (rowBytes + 1))..];
        }
    }
}
