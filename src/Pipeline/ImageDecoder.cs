using System.Runtime.InteropServices;
using ChestXray.Pipeline.Decoding;

namespace ChestXray.Pipeline;

/// <summary>
/// Decodes PNG and JPEG files to 8-bit grey with exactly the pixels of TensorFlow's <c>decode_jpeg(channels=1)</c>.
/// </summary>
/// <remarks>
/// <para>The format is told by content. Alpha is dropped, not blended; 16 bits keep the high byte; fewer than 8 are stretched
/// to 0..255; colour becomes grey by libpng's (PNG) or libjpeg's (JPEG) arithmetic; JPEG uses the accurate integer
/// transform.</para>
/// <para>Not thread-safe: one instance per thread. Memory is kept from image to image, so nothing is allocated for PNG once the
/// largest image has been seen.</para>
/// </remarks>
public sealed class ImageDecoder : IDisposable
{
    private readonly DecoderOptions _options;
    private readonly PngDecoder _png;
    private readonly JpegDecoder _jpeg;
    private readonly PinnedBuffer _file = new();
    private ResizePass? _pass;

    /// <summary>Creates a decoder.</summary>
    /// <param name="options">Limits and choices; null for the defaults.</param>
    /// <exception cref="PlatformNotSupportedException">
    /// A library or vector path was asked for that this machine lacks.
    /// </exception>
    public ImageDecoder(DecoderOptions? options = null)
    {
        _options = options ?? new DecoderOptions();
        _png = new PngDecoder(_options);
        _jpeg = new JpegDecoder(_options);
    }

    /// <summary>Time spent inflating so far, in ticks of the system's stopwatch: what no PNG decoder can do without.</summary>
    internal long InflateTicks => _png.InflateTicks;

    /// <summary>Time spent resizing so far, in the same.</summary>
    internal long ResizeTicks { get; private set; }

    /// <summary>Pixels of the image that was resized last.</summary>
    internal long Pixels { get; private set; }

    /// <summary>
    /// The library that inflates PNG data here; of colour, another may where that is faster and <see
    /// cref="DecoderOptions.Inflate"/> leaves the choice.
    /// </summary>
    public InflateLibrary InflateLibrary => _png.Library;

    /// <summary>Decodes one file's bytes.</summary>
    /// <param name="file">The whole file.</param>
    /// <returns>Pixels inside this decoder's memory, valid until its next call.</returns>
    /// <exception cref="ImageFormatException">The file is broken, over a limit, or of a kind that is refused.</exception>
    public GreyImage Decode(ReadOnlySpan<byte> file) => IsPng(file) ? _png.Decode(file) : _jpeg.Decode(file);

    /// <summary>
    /// Decodes one file's bytes and resizes the picture while it is being decoded: the same pixels as one after the other, in
    /// less time.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="resize">How to resize.</param>
    /// <param name="destination">Gets <paramref name="outHeight"/> rows of <paramref name="outWidth"/> levels, rounded.</param>
    /// <param name="outWidth">Pixels per output row, at least 1.</param>
    /// <param name="outHeight">Output rows, at least 1.</param>
    /// <returns>Sum and sum of squares of the levels before rounding.</returns>
    /// <exception cref="ImageFormatException">
    /// The file is broken, over a limit, or of a kind that is refused; the destination's contents then have no meaning.
    /// </exception>
    /// <exception cref="ArgumentException">A size below 1, or a span that does not match its sizes.</exception>
    public unsafe ResizeStatistics DecodeResized(
        ReadOnlySpan<byte> file, BilinearResize resize, Span<byte> destination, int outWidth, int outHeight)
    {
        fixed (byte* target = destination)
            return DecodeResized(file, resize, target, destination.Length, outWidth, outHeight, wide: false);
    }

    /// <summary>The same to 16 bits: the level times 256, rounded to nearest.</summary>
    /// <inheritdoc cref="DecodeResized(ReadOnlySpan{byte}, BilinearResize, Span{byte}, int, int)" path="/param"/>
    /// <inheritdoc cref="DecodeResized(ReadOnlySpan{byte}, BilinearResize, Span{byte}, int, int)" path="/exception"/>
    /// <returns>Sum and sum of squares of the levels (0 to 255) before rounding.</returns>
    public unsafe ResizeStatistics DecodeResized(
        ReadOnlySpan<byte> file, BilinearResize resize, Span<ushort> destination, int outWidth, int outHeight)
    {
        fixed (ushort* target = destination)
            return DecodeResized(file, resize, target, destination.Length, outWidth, outHeight, wide: true);
    }

    /// <summary>Reads and decodes one file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Pixels inside this decoder's memory, valid until its next call.</returns>
    /// <exception cref="ImageFormatException">
    /// The file can't be read, is broken, over a limit, or of a kind that is refused.
    /// </exception>
    public GreyImage DecodeFile(string path) => Decode(ImageReader.ReadFile(path, _file, _options));

    /// <summary>Decodes one file's bytes without an exception for bad files.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="image">The pixels, valid until the next call; empty on failure.</param>
    /// <param name="error">Reason and message; null on success.</param>
    /// <returns>Whether the file was decoded.</returns>
    public bool TryDecode(ReadOnlySpan<byte> file, out GreyImage image, out ImageFormatException? error)
    {
        try
        {
            image = Decode(file);
            error = null;
            return true;
        }
        catch (ImageFormatException bad)
        {
            image = default;
            error = bad;
            return false;
        }
    }

    /// <summary>Gives the inflate library's memory back; the decoder can't be used afterwards.</summary>
    public void Dispose() => _png.Dispose();

    /// <summary>Whether the data of the begun image are inflated, or known to be broken.</summary>
    internal bool HasEnded => _png.HasEnded;

    /// <summary>Inflates the begun images of two decoders side by side until one has ended.</summary>
    internal static void RunTogether(ImageDecoder first, ImageDecoder second) => PngDecoder.RunTogether(first._png, second._png);

    /// <summary>Begins a file that can be decoded beside another; <see cref="Finish"/> has to follow.</summary>
    /// <param name="file">The whole file; it is not needed any longer then.</param>
    /// <returns>False where it has to be decoded alone.</returns>
    /// <exception cref="ImageFormatException">The file is broken.</exception>
    internal bool TryBegin(ReadOnlySpan<byte> file) => IsPng(file) && _png.TryBegin(file, null);

    /// <summary>The same with resizing; <see cref="FinishResized"/> has to follow.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="resize">How to resize; of this decoder alone.</param>
    /// <param name="destination">As for <see cref="DecodeResized(ReadOnlySpan{byte}, BilinearResize, Span{byte}, int, int)"/>; it stays
    /// where it is until the end.</param>
    /// <param name="length">Its values.</param>
    /// <param name="outWidth">Pixels per output row.</param>
    /// <param name="outHeight">Output rows.</param>
    /// <param name="wide">Whether values of 16 bits are wanted.</param>
    internal unsafe bool TryBegin(
        ReadOnlySpan<byte> file, BilinearResize resize, void* destination, int length, int outWidth, int outHeight, bool wide) =>
        IsPng(file) && _png.TryBegin(file, Aim(resize, destination, length, outWidth, outHeight, wide));

    /// <summary>Begins the record of a store; <see cref="FinishResized"/> has to follow.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="resize">As the layout says; of this decoder alone.</param>
    /// <param name="layout">Of the store.</param>
    /// <param name="record">Its bytes; they stay where they are until the end.</param>
    internal unsafe bool TryBeginRecord(ReadOnlySpan<byte> file, BilinearResize resize, StoreLayout layout, byte* record) =>
        TryBegin(file, resize, record, layout.Size * layout.Size, layout.Size, layout.Size, layout.Pixels == PixelType.U16);

    /// <summary>Decodes a file to the record of a store.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="resize">As the layout says.</param>
    /// <param name="layout">Of the store.</param>
    /// <param name="record">Its bytes.</param>
    internal ResizeStatistics DecodeRecord(ReadOnlySpan<byte> file, BilinearResize resize, StoreLayout layout, Span<byte> record) =>
        layout.Pixels == PixelType.U16
            ? DecodeResized(file, resize, MemoryMarshal.Cast<byte, ushort>(record), layout.Size, layout.Size)
            : DecodeResized(file, resize, record, layout.Size, layout.Size);

    /// <summary>Decodes the begun image to its end.</summary>
    internal GreyImage Finish() => _png.FinishWhole();

    /// <summary>Decodes and resizes the begun image to its end.</summary>
    internal ResizeStatistics FinishResized()
    {
        long before = _pass!.Ticks;
        try
        {
            ImageInfo info = _png.Finish();
            Pixels = (long)info.Width * info.Height;
        }
        finally
        {
            ResizeTicks += _pass.Ticks - before;
        }

        return _pass.Statistics;
    }

    private unsafe ResizePass Aim(BilinearResize resize, void* destination, int length, int outWidth, int outHeight, bool wide)
    {
        BilinearResize.Check(length, outWidth, outHeight, nameof(destination));
        if (_pass is null || _pass.Resize != resize)
            _pass = new(resize);
        _pass.Aim(destination, outWidth, outHeight, wide);
        return _pass;
    }

    private unsafe ResizeStatistics DecodeResized(
        ReadOnlySpan<byte> file, BilinearResize resize, void* destination, int length, int outWidth, int outHeight, bool wide)
    {
        ResizePass pass = Aim(resize, destination, length, outWidth, outHeight, wide);
        long before = pass.Ticks;
        try
        {
            if (IsPng(file))
            {
                ImageInfo info = _png.Decode(file, pass);
                Pixels = (long)info.Width * info.Height;
            }
            else
            {
                GreyImage image = _jpeg.Decode(file);
                pass.TakeWhole(image);
                Pixels = image.Pixels.Length;
            }
        }
        finally
        {
            ResizeTicks += pass.Ticks - before;
        }

        return pass.Statistics;
    }

    private bool IsPng(ReadOnlySpan<byte> file)
    {
        Limits.CheckFile(file.Length, _options);
        if (file.StartsWith(PngFile.Signature))
            return true;
        if (JpegFile.HasSignature(file))
            return false;
        if (PngFile.Signature.StartsWith(file) || file.SequenceEqual<byte>([0xFF, 0xD8]) || file.SequenceEqual<byte>([0xFF]))
        {
            throw new ImageFormatException(
                DecodeReasons.Truncated, $"The file ends after {file.Length} bytes, inside its signature. Fetch it again.");
        }

        throw new ImageFormatException(
            DecodeReasons.NotAnImage,
            $"The file starts with {Convert.ToHexString(file[..Math.Min(8, file.Length)])}: neither PNG nor JPEG.");
    }
}
