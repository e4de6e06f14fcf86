using ChestXray.Pipeline.Decoding;

namespace ChestXray.Pipeline;

/// <summary>Gets one image of <see cref="PairDecoder.Decode"/>.</summary>
/// <param name="index">Which file.</param>
/// <param name="image">Its pixels, valid during the call; empty where there is an error.</param>
/// <param name="error">Why it can't be decoded; null where it was.</param>
public delegate void DecodedImageHandler(int index, in GreyImage image, ImageFormatException? error);

/// <summary>Gets one image of <see cref="PairDecoder.DecodeResized"/>.</summary>
/// <param name="index">Which file.</param>
/// <param name="statistics">Sum and sum of squares of its levels before rounding; zero where there is an error.</param>
/// <param name="error">Why it can't be decoded; null where it was.</param>
public delegate void ResizedImageHandler(int index, ResizeStatistics statistics, ImageFormatException? error);

/// <summary>
/// Decodes many files on one thread, two at a time: inflating one image is mostly waiting, and two fill each other's gaps. The pixels
/// are those of <see cref="ImageDecoder"/>; 8-bit grey PNG of up to a megapixel takes less time, everything else the same.
/// </summary>
/// <remarks>
/// Two at a time are decoded by <see cref="InflateLibrary.Managed"/> where <see cref="DecoderOptions.Inflate"/> leaves the choice
/// and the processor has AVX2 and BMI2; otherwise one comes after the other. Not thread-safe: one instance per thread. Memory is kept
/// from image to image.
/// </remarks>
public sealed class PairDecoder : IDisposable
{
    private readonly Whole _whole;
    private readonly Resized _resized;

    /// <summary>Creates a decoder.</summary>
    /// <param name="options">Limits and choices; null for the defaults.</param>
    /// <exception cref="PlatformNotSupportedException">
    /// A library or vector path was asked for that this machine lacks.
    /// </exception>
    public PairDecoder(DecoderOptions? options = null)
    {
        options ??= new();
        (_whole, _resized) = (new(options), new(options));
    }

    /// <summary>Decodes files.</summary>
    /// <param name="files">The whole files; they don't change meanwhile.</param>
    /// <param name="handler">Gets each of them once, as they are done: of two neighbours the second may come first.</param>
    public void Decode(IReadOnlyList<byte[]> files, DecodedImageHandler handler)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(handler);
        _whole.Run(files, handler);
    }

    /// <summary>Decodes files and resizes each picture while it is being decoded.</summary>
    /// <param name="files">The whole files; they don't change meanwhile.</param>
    /// <param name="antialias">Whether to resize with antialiasing (<see cref="BilinearResize"/>).</param>
    /// <param name="destination">
    /// Gets, file by file, <paramref name="outHeight"/> rows of <paramref name="outWidth"/> levels, rounded; what a file in error
    /// leaves there has no meaning.
    /// </param>
    /// <param name="outWidth">Pixels per output row, at least 1.</param>
    /// <param name="outHeight">Output rows, at least 1.</param>
    /// <param name="handler">Gets each file once, as they are done.</param>
    /// <exception cref="ArgumentException">A size below 1, or a span that does not match the sizes.</exception>
    public unsafe void DecodeResized(
        IReadOnlyList<byte[]> files, bool antialias, Span<byte> destination, int outWidth, int outHeight, ResizedImageHandler handler)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentOutOfRangeException.ThrowIfLessThan(outWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outHeight, 1);
        if (destination.Length != (long)files.Count * outWidth * outHeight)
        {
            throw new ArgumentException(
                $"{files.Count} files of {outWidth} x {outHeight} need {(long)files.Count * outWidth * outHeight} bytes; there are {destination.Length}.",
                nameof(destination));
        }

        fixed (byte* target = destination)
            _resized.Run(files, antialias, target, outWidth, outHeight, handler);
    }

    /// <summary>Gives native memory back; the decoder can't be used afterwards.</summary>
    public void Dispose()
    {
        _whole.Dispose();
        _resized.Dispose();
    }

    /// <summary>Files in the order of a list.</summary>
    private abstract class Listed(DecoderOptions options) : ImageRange(options)
    {
        protected IReadOnlyList<byte[]> Files { get; private set; } = [];

        protected void Run(IReadOnlyList<byte[]> files)
        {
            Files = files;
            try
            {
                Run(0, files.Count);
            }
            finally
            {
                Files = [];
            }
        }
    }

    private sealed class Whole(DecoderOptions options) : Listed(options)
    {
        private DecodedImageHandler? _handler;

        public void Run(IReadOnlyList<byte[]> files, DecodedImageHandler handler)
        {
            _handler = handler;
            Run(files);
            _handler = null;
        }

        protected override bool TryBegin(ImageDecoder decoder, int slot, int job) => decoder.TryBegin(Files[job]);

        protected override void Decode(ImageDecoder decoder, int slot, int job) => _handler!(job, decoder.Decode(Files[job]), null);

        protected override void Finish(ImageDecoder decoder, int slot, int job) => _handler!(job, decoder.Finish(), null);

        protected override void Fail(int job, ImageFormatException error) => _handler!(job, default, error);
    }

    private sealed unsafe class Resized(DecoderOptions options) : Listed(options)
    {
        private readonly BilinearResize[] _plain = [new(), new()];
        private readonly BilinearResize[] _smooth = [new(antialias: true), new(antialias: true)];
        private BilinearResize[] _resizes = [];
        private ResizedImageHandler? _handler;
        private byte* _destination;
        private int _width;
        private int _height;

        public void Run(
            IReadOnlyList<byte[]> files, bool antialias, byte* destination, int width, int height, ResizedImageHandler handler)
        {
            _resizes = antialias ? _smooth : _plain;
            _destination = destination;
            (_width, _height, _handler) = (width, height, handler);
            Run(files);
            _handler = null;
        }

        protected override bool TryBegin(ImageDecoder decoder, int slot, int job) =>
            decoder.TryBegin(Files[job], _resizes[slot], Target(job), _width * _height, _width, _height, wide: false);

        protected override void Decode(ImageDecoder decoder, int slot, int job) =>
            _handler!(
                job, decoder.DecodeResized(Files[job], _resizes[slot], new Span<byte>(Target(job), _width * _height), _width, _height), null);

        protected override void Finish(ImageDecoder decoder, int slot, int job) => _handler!(job, decoder.FinishResized(), null);

        protected override void Fail(int job, ImageFormatException error) => _handler!(job, default, error);

        private byte* Target(int job) => _destination + ((long)job * _width * _height);
    }
}
