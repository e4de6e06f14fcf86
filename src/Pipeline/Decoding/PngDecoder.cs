using System.Buffers.Binary;

namespace ChestXray.Pipeline.Decoding;

/// <summary>
/// PNG to grey: walk the chunks; inflate, undo the filters and convert, a band of rows at a time where the library can.
/// </summary>
internal sealed unsafe class PngDecoder : IDisposable
{
    // Stopping and going on costs an inflate library one or two per cent, and the unfilter its run-up: more than so many bands
    // win by staying in the cache.
    private const int BandsAtOnce = 4;

    private readonly DecoderOptions _options;
    private readonly IInflater _inflater;
    private readonly IInflater? _wideInflater;
    private readonly FilteredRows _filtered;
    private readonly PngBands _bands;
    private readonly PngRowToGrey _toGrey = new();
    private readonly GreyWindow _window = new();
    private readonly PinnedBuffer _compressed = new();

    // The pixels, and behind their first rows, where all are inflated at once, the filtered ones that they are made of: less
    // memory stays longer in the cache.
    private readonly PinnedBuffer _rows = new();
    private readonly PinnedBuffer _latest = new();
    private readonly PinnedBuffer _passRow = new();
    private readonly ManagedInflater? _ahead;
    private PngHeader _begunHeader;
    private ImageInfo _begunInfo;
    private ResizePass? _begunResize;

    public PngDecoder(DecoderOptions options)
    {
        _options = options;
        _inflater = Inflaters.Create(options.Inflate);
        _wideInflater = Inflaters.CreateWide(options.Inflate, _inflater);
        _ahead = _inflater as ManagedInflater ?? (options.Inflate == InflateLibrary.Auto ? ManagedInflater.TryCreate() : null);
        _filtered = new(options.Trust);
        _bands = new(Unfilters.Create(options.Unfilter), _toGrey, _filtered);
    }

    public InflateLibrary Library => _inflater.Library;

    /// <summary>Time spent inflating so far, in ticks of the stopwatch.</summary>
    public long InflateTicks => _filtered.InflateTicks;

    public GreyImage Decode(ReadOnlySpan<byte> file)
    {
        ImageInfo info = Decode(file, null);
        return new(info.Width, info.Height, _window.Rows, info);
    }

    /// <summary>Decodes an image that is read band by band.</summary>
    /// <param name="file">The file.</param>
    /// <param name="resize">Its reader; null where all pixels are kept.</param>
    public ImageInfo Decode(ReadOnlySpan<byte> file, ResizePass? resize)
    {
        PngFile png = PngFile.Walk(file, _options, _inflater);
        PngHeader header = png.Header;
        int height = (int)header.Height, bytes = CheckedBytes(header);
        ZlibData.CheckPlausible(png.DataBytes, bytes);
        ReadOnlySpan<byte> zlib = png.DataChunks == 1 ? png.SingleData : Join(png);
        IInflater inflater = _wideInflater is not null && (header.BytesPerPixel > 2 || IsWasteful(png, bytes)) ? _wideInflater : _inflater;
        bool isSmall = bytes <= BandsAtOnce * (long)_options.BandBytes;
        bool inParts = inflater.CanPause && !header.Interlaced && !isSmall;
        int bandRows = isSmall ? height : BandRows(header);
        resize?.Begin(height);
        _toGrey.Begin(header, png.Palette, png.Gamma);
        fixed (byte* pinned = zlib)
        {
            _filtered.Begin(inflater, zlib, bytes, inParts ? null : _rows, MakeRoom(header, bytes, inParts, bandRows, resize));
            if (header.Interlaced)
                DecodePasses(header, _window.Add(height));
            else
                _bands.Decode(header, bandRows, _window, resize);
            _filtered.End();
        }

        if (header.Interlaced)
            resize?.Take(_window);
        return Info(png);
    }

    /// <summary>Whether the data of the begun image are inflated, or known to be broken.</summary>
    public bool HasEnded => _ahead!.HasEnded;

    /// <summary>Inflates two begun images side by side until one has ended.</summary>
    public static void RunTogether(PngDecoder first, PngDecoder second) => ManagedInflater.RunTogether(first._ahead!, second._ahead!);

    /// <summary>
    /// Begins an image that can be inflated beside another; <see cref="Finish"/> has to follow. The file is not needed any longer
    /// then.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="resize">Its reader; null where all pixels are kept.</param>
    /// <returns>False where it has to be decoded alone.</returns>
    public bool TryBegin(ReadOnlySpan<byte> file, ResizePass? resize)
    {
        if (_ahead is null || !IsSmallGrey(file))
            return false;
        PngFile png = PngFile.Walk(file, _options, _inflater);
        PngHeader header = png.Header;
        int height = (int)header.Height, bytes = CheckedBytes(header);
        ZlibData.CheckPlausible(png.DataBytes, bytes);
        if (IsWasteful(png, bytes))
            return false;
        Span<byte> zlib = Join(png);
        resize?.Begin(height);
        _toGrey.Begin(header, png.Palette, png.Gamma);
        _filtered.BeginAhead(_ahead, zlib, bytes, _rows, MakeRoom(header, bytes, inParts: false, height, resize));
        (_begunHeader, _begunResize) = (header, resize);
        _begunInfo = Info(png);
        return true;
    }

    /// <summary>Decodes the begun image to its end.</summary>
    public ImageInfo Finish()
    {
        _filtered.Complete(_ahead!);
        _bands.Decode(_begunHeader, (int)_begunHeader.Height, _window, _begunResize);
        _filtered.End();
        return _begunInfo;
    }

    /// <summary>The same where no reader took the pixels.</summary>
    public GreyImage FinishWhole()
    {
        ImageInfo info = Finish();
        return new(info.Width, info.Height, _window.Rows, info);
    }

    public void Dispose()
    {
        _inflater.Dispose();
        _wideInflater?.Dispose();
        _ahead?.Dispose();
    }

    // By the places where every PNG has them: 8-bit grey, not interlaced, and no larger than what is inflated at once.
    private bool IsSmallGrey(ReadOnlySpan<byte> file)
    {
        const int widthAt = 16, heightAt = 20, depthAt = 24, colorAt = 25, interlaceAt = 28;
        if (file.Length <= interlaceAt || file[depthAt] != 8 || file[colorAt] != 0 || file[interlaceAt] != 0)
            return false;
        long width = BinaryPrimitives.ReadUInt32BigEndian(file[widthAt..]), height = BinaryPrimitives.ReadUInt32BigEndian(file[heightAt..]);
        return height > 0 && width + 1 <= BandsAtOnce * (long)_options.BandBytes / height;
    }

    private static ImageInfo Info(PngFile png)
    {
        PngHeader header = png.Header;
        return new(ImageFormat.Png, (int)header.Width, (int)header.Height, header.BitDepth, header.Color, header.Interlaced,
            png.Orientation, png.TrailingBytes);
    }

    // More compressed than plain: blocks that hold next to nothing, each with a code of its own, for which ours makes the larger tables.
    private static bool IsWasteful(PngFile png, int bytes) => png.DataBytes > bytes + (bytes / 8) + (64L << 10);

    // Where the filtered rows begin, if they are inflated at once.
    private int MakeRoom(PngHeader header, int bytes, bool inParts, int bandRows, ResizePass? resize)
    {
        int width = (int)header.Width, height = (int)header.Height;
        if (resize is not null && !header.Interlaced)
        {
            int capacity = Math.Min(height, resize.Keep + (2 * bandRows));
            _latest.Reserve(checked(width * capacity));
            _window.Begin(_latest, width, capacity, resize.Keep);
            if (!inParts)
                _rows.Reserve(bytes + 1);
            return 0;
        }

        int start = FilteredStart(header);
        _rows.Reserve(inParts ? checked(width * height) : start + bytes + 1);
        _window.Begin(_rows, width, height, height);
        return start;
    }

    // How far behind the first pixel the filtered rows may begin in the same memory, so that pixels never reach rows that are
    // still to be read: the unfilters work on no more rows at a time.
    private static int FilteredStart(PngHeader header)
    {
        bool isNarrow = header.Interlaced || header.RowBytes(header.Width) < header.Width;
        return (int)(header.Width * (isNarrow ? header.Height : Math.Min(header.Height, 2 * PngBands.LaneRows)));
    }

    // As many of the unfilter's rows as fit, or the few that do.
    private int BandRows(PngHeader header)
    {
        int rows = (int)Math.Max(1, _options.BandBytes / (1 + header.RowBytes(header.Width)));
        return rows < PngBands.LaneRows ? rows : rows - (rows % PngBands.LaneRows);
    }

    private int CheckedBytes(PngHeader header)
    {
        long bytes = header.Interlaced ? Adam7.FilteredBytes(header) : header.Height * (1 + header.RowBytes(header.Width));
        long most = Math.Min(_options.MaxInflatedBytes, PinnedBuffer.MaxBytes - 1 - FilteredStart(header));
        return bytes <= most ? (int)bytes : throw new ImageFormatException(
            DecodeReasons.InflatedTooLarge,
            $"The pixel data inflates to {bytes} bytes; {_options.MaxInflatedBytes} are allowed ({nameof(_options.MaxInflatedBytes)}).");
    }

    private Span<byte> Join(PngFile png)
    {
        Span<byte> joined = _compressed.Reserve((int)png.DataBytes);
        png.CopyData(joined);
        return joined;
    }

    private void DecodePasses(PngHeader header, Span<byte> pixels)
    {
        int imageWidth = (int)header.Width;
        Span<byte> grey = _passRow.Reserve(imageWidth);
        for (int pass = 0; pass < Adam7.Passes; pass++)
        {
            int width = Adam7.Width(pass, imageWidth), height = Adam7.Height(pass, (int)header.Height);
            if (width == 0 || height == 0)
                continue;
            int rowBytes = (int)header.RowBytes(width);
            Span<byte> plain = _bands.Unfilter(height, rowBytes, header.BytesPerPixel, out int stride);
            for (int y = 0; y < height; y++)
            {
                _toGrey.Convert(plain.Slice(y * stride, rowBytes), grey[..width]);
                Adam7.Scatter(pass, y, grey[..width], pixels, imageWidth);
            }
        }
    }
}
