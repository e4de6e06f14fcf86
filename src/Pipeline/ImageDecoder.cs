using System.IO.Hashing;
using ChestXray.Pipeline.Decoding;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>The library that inflates PNG data here.</summary>
    public InflateLibrary InflateLibrary => _png.Library;

    /// <summary>XXH3 of the file that <see cref="DecodeFile"/> read last.</summary>
    internal ulong FileHash { get; private set; }

    /// <summary>Decodes one file's bytes.</summary>
    /// <param name="file">The whole file.</param>
    /// <returns>Pixels inside this decoder's memory, valid until its next call.</returns>
    /// <exception cref="ImageFormatException">The file is broken, over a limit, or of a kind that is refused.</exception>
    public GreyImage Decode(ReadOnlySpan<byte> file)
    {
        Limits.CheckFile(file.Length, _options);
        if (file.StartsWith(PngFile.Signature))
            return _png.Decode(file);
        if (JpegFile.HasSignature(file))
            return _jpeg.Decode(file);
        if (PngFile.Signature.StartsWith(file) || file.SequenceEqual<byte>([0xFF, 0xD8]) || file.SequenceEqual<byte>([0xFF]))
        {
            throw new ImageFormatException(
                DecodeReasons.Truncated, $"The file ends after {file.Length} bytes, inside its signature. Fetch it again.");
        }

        throw new ImageFormatException(
            DecodeReasons.NotAnImage,
            $"The file starts with {Convert.ToHexString(file[..Math.Min(8, file.Length)])}: neither PNG nor JPEG.");
    }

    /// <summary>Reads and decodes one file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Pixels inside this decoder's memory, valid until its next call.</returns>
    /// <exception cref="ImageFormatException">
    /// The file can't be read, is broken, over a limit, or of a kind that is refused.
    /// </exception>
    public GreyImage DecodeFile(string path)
    {
        Span<byte> bytes;
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            long size = RandomAccess.GetLength(handle);
            Limits.CheckFile(size, _options);
            bytes = _file.Reserve((int)size);
            bytes = bytes[..ReadAll(handle, bytes)];
        }
        catch (Exception error) when (error is UnauthorizedAccessException or (IOException and not ImageFormatException))
        {
            throw Unreadable(path, error);
        }

        FileHash = XxHash3.HashToUInt64(bytes);
        return Decode(bytes);
    }

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

    private static int ReadAll(SafeFileHandle handle, Span<byte> destination)
    {
        int length = 0;
        while (length < destination.Length)
        {
            int read = RandomAccess.Read(handle, destination[length..], length);
            if (read == 0)
                break;
            length += read;
        }

        return length;
    }

    private static ImageFormatException Unreadable(string path, Exception error)
    {
        if (Directory.Exists(path))
            return new(DecodeReasons.IsDirectory, $"{path} is a directory, not an image file.", error);
        if (error is FileNotFoundException or DirectoryNotFoundException)
            return new(DecodeReasons.MissingFile, $"{path} does not exist.", error);
        return new(DecodeReasons.Unreadable, $"{path} can't be read: {error.Message}", error);
    }
}
