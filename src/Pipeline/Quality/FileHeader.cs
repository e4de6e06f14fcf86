using System.Buffers.Binary;
using ChestXray.Pipeline.Decoding;
using Microsoft.Win32.SafeHandles;

namespace ChestXray.Pipeline.Quality;

/// <summary>What a file says of itself in its first bytes, without decoding.</summary>
/// <param name="Format">The format by content.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="BitDepth">Bits per sample.</param>
/// <param name="Color">`grey`, `grey and alpha`, `RGB`, `RGBA`, `palette`, `YCbCr`.</param>
/// <param name="Orientation">The EXIF orientation, 1 to 8.</param>
/// <param name="EndsWell">Whether the file's last bytes are the image's end.</param>
internal readonly record struct FileHeader(
    ImageFormat Format, int Width, int Height, int BitDepth, string Color, int Orientation, bool EndsWell)
{
    private const int HeadBytes = 1 << 14, TailBytes = 12;

    private static readonly DecoderOptions _limits = new();

    private static ReadOnlySpan<byte> PngEnd => [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82];

    /// <summary>Reads the header of a file that was decoded before.</summary>
    /// <param name="path">The file.</param>
    /// <param name="buffer">Scratch; grows.</param>
    /// <returns>Null where it can't be read, or is another file by now.</returns>
    public static FileHeader? OfFile(string path, ref byte[] buffer)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);
            long length = RandomAccess.GetLength(handle);
            Span<byte> tail = stackalloc byte[TailBytes];
            tail = tail[..RandomAccess.Read(handle, tail, Math.Max(0, length - TailBytes))];
            for (int wanted = HeadBytes; ; wanted *= 8)
            {
                if (buffer.Length < wanted)
                    buffer = new byte[wanted];
                int read = ReadHead(handle, buffer.AsSpan(0, wanted));
                if (Parse(buffer.AsSpan(0, read), tail) is { } header)
                    return header;
                if (read < wanted || wanted > 1 << 24)
                    return null;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads the header of a whole file in memory.</summary>
    public static FileHeader? Of(ReadOnlySpan<byte> file) => Parse(file, file[Math.Max(0, file.Length - TailBytes)..]);

    private static int ReadHead(SafeFileHandle handle, Span<byte> head)
    {
        int length = 0;
        while (length < head.Length && RandomAccess.Read(handle, head[length..], length) is > 0 and var read)
            length += read;
        return length;
    }

    /// <summary>Null where the header goes on after these bytes.</summary>
    private static FileHeader? Parse(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        try
        {
            if (head.StartsWith(PngFile.Signature) && head.Length >= 16 + PngHeader.Length)
                return OfPng(PngHeader.Parse(head.Slice(16, PngHeader.Length), _limits), tail);
            return JpegFile.HasSignature(head) ? OfJpeg(head, tail) : null;
        }
        catch (ImageFormatException)
        {
            return null;
        }
    }

    private static FileHeader OfPng(in PngHeader png, ReadOnlySpan<byte> tail)
    {
        string color = png.Color switch
        {
            ImageColor.Grey => "grey",
            ImageColor.GreyAlpha => "grey and alpha",
            ImageColor.Rgb => "RGB",
            ImageColor.Rgba => "RGBA",
            _ => "palette",
        };
        return new(ImageFormat.Png, (int)png.Width, (int)png.Height, png.BitDepth, color, 1, tail.SequenceEqual(PngEnd));
    }

    private static FileHeader OfJpeg(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        int position = 2, orientation = 1;
        while (true)
        {
            byte marker = JpegFile.Segment(head, ref position, out ReadOnlySpan<byte> data);
            if (marker == 0xE1 && data.StartsWith("Exif\0\0"u8))
                orientation = ExifOrientation.Parse(data[6..]);
            if (marker is not (0xC0 or 0xC1 or 0xC2) || data.Length < 6)
                continue;
            (int height, int width) =
                (BinaryPrimitives.ReadUInt16BigEndian(data[1..]), BinaryPrimitives.ReadUInt16BigEndian(data[3..]));
            bool endsWell = tail.Length >= 2 && tail[^2] == 0xFF && tail[^1] == 0xD9;
            return new(ImageFormat.Jpeg, width, height, data[0], data[5] == 1 ? "grey" : "YCbCr", orientation, endsWell);
        }
    }
}
