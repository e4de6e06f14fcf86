using System.Runtime.CompilerServices;
using SkiaSharp;

namespace ChestXray.Pipeline.Decoding;

/// <summary>JPEG to grey through SkiaSharp's libjpeg-turbo, with the accurate integer transform.</summary>
/// <remarks>
/// Skia gives colour, not luma. So colour files are handed over as if they were RGB: application segments are left out and an
/// Adobe segment that says "no transform" is put in. Then libjpeg converts nothing, and what comes out as red is the luma
/// plane, exactly.
/// </remarks>
internal sealed unsafe class JpegDecoder(DecoderOptions options)
{
    private static readonly byte[] _prefix =
        [0xFF, 0xD8, 0xFF, 0xEE, 0, 14, (byte)'A', (byte)'d', (byte)'o', (byte)'b', (byte)'e', 0, 100, 0, 0, 0, 0, 0];

    private readonly BaselineJpeg _baseline = new();
    private readonly PinnedBuffer _file = new();
    private readonly PinnedBuffer _planes = new();
    private readonly PinnedBuffer _pixels = new();

    public GreyImage Decode(ReadOnlySpan<byte> file)
    {
        JpegFile jpeg = JpegFile.Walk(file, options);
        ImageInfo info = new(
            ImageFormat.Jpeg, jpeg.Width, jpeg.Height, 8, jpeg.Color, jpeg.Progressive, jpeg.Orientation,
            file.Length - jpeg.Length);
        if (options.Jpeg == JpegPath.Auto && JpegTransform.IsSupported)
        {
            int side = DraftSide(jpeg), width = BaselineJpeg.Scaled(jpeg.Width, side),
                height = BaselineJpeg.Scaled(jpeg.Height, side);
            Span<byte> pixels = _pixels.Reserve(checked(width * height));
            if (_baseline.TryDecode(file, jpeg, side, pixels))
                return new(width, height, pixels, info);
        }

        return DecodeByLibrary(file, jpeg, info);
    }

    private GreyImage DecodeByLibrary(ReadOnlySpan<byte> file, JpegFile jpeg, ImageInfo info)
    {
        Span<byte> copy = _file.Reserve(jpeg.Length + _prefix.Length);
        int length = CopyWithoutApplicationData(file, jpeg, copy);
        using SKData data = SKData.Create((nint)Unsafe.AsPointer(ref copy[0]), length);
        using SKCodec codec = SKCodec.Create(data) ?? throw Bad("its header is refused");
        int side = DraftSide(jpeg);
        SKSizeI size = side == 8 ? new(jpeg.Width, jpeg.Height) : codec.GetScaledDimensions(side / 8f);
        Span<byte> pixels = _pixels.Reserve(checked(size.Width * size.Height));
        if (jpeg.Color == ImageColor.Grey)
            Decode(codec, new SKImageInfo(size.Width, size.Height, SKColorType.Gray8, SKAlphaType.Opaque), pixels);
        else
            DecodePlanes(codec, jpeg, size, pixels);
        GC.KeepAlive(_file);
        return new(size.Width, size.Height, pixels, info);
    }

    private static int CopyWithoutApplicationData(ReadOnlySpan<byte> file, JpegFile jpeg, Span<byte> copy)
    {
        _prefix.CopyTo(copy);
        int length = _prefix.Length, position = 2;
        while (position < jpeg.FirstScan)
        {
            int start = position;
            if (JpegFile.IsApplicationData(JpegFile.Segment(file, ref position, out _)))
                continue;
            file[start..position].CopyTo(copy[length..]);
            length += position - start;
        }

        ReadOnlySpan<byte> scans = file[jpeg.FirstScan..jpeg.Length];
        scans.CopyTo(copy[length..]);
        return length + scans.Length;
    }

    // Pixels of a block's side: 8, or fewer as long as both sides of the image stay long enough.
    private int DraftSide(JpegFile jpeg)
    {
        for (int side = 1; side < 8 && options.Draft > 0; side *= 2)
        {
            if (BaselineJpeg.Scaled(Math.Min(jpeg.Width, jpeg.Height), side) >= options.Draft)
                return side;
        }

        return 8;
    }

    private void DecodePlanes(SKCodec codec, JpegFile jpeg, SKSizeI size, Span<byte> grey)
    {
        SKImageInfo info = new(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        Span<byte> planes = _planes.Reserve(checked(4 * size.Width * size.Height));
        Decode(codec, info, planes);
        if (jpeg.Color == ImageColor.YCbCr)
        {
            for (int i = 0; i < grey.Length; i++)
                grey[i] = planes[4 * i];
        }
        else
        {
            for (int i = 0; i < grey.Length; i++)
                grey[i] = Luma(planes[4 * i], planes[(4 * i) + 1], planes[(4 * i) + 2]);
        }
    }

    private static void Decode(SKCodec codec, SKImageInfo info, Span<byte> pixels)
    {
        SKCodecResult result = codec.GetPixels(info, (nint)Unsafe.AsPointer(ref pixels[0]));
        if (result == SKCodecResult.IncompleteInput)
            throw new ImageFormatException(
                DecodeReasons.Truncated, "The JPEG's coded data ends before its last row. Fetch it again.");
        if (result != SKCodecResult.Success)
            throw Bad($"decoding ended with {result}");
    }

    // libjpeg's table arithmetic (jdcolor.c, rgb_gray_convert): 16-bit fractions, rounded.
    private static byte Luma(uint r, uint g, uint b) => (byte)(((19595 * r) + (38470 * g) + (7471 * b) + 32768) >> 16);

    private static ImageFormatException Bad(string what) => new(DecodeReasons.BadJpeg, $"Broken JPEG: {what}.");
}
