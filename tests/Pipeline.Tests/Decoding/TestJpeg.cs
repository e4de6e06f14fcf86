using SkiaSharp;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>Makes JPEG files, and takes their segments apart.</summary>
internal static class TestJpeg
{
    public static byte[] Grey(int width, int height, int quality = 90)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                bitmap.GetPixelSpan()[(y * bitmap.RowBytes) + x] = Level(x, y);
        }

        return Encode(bitmap, quality);
    }

    public static byte[] Color(int width, int height, int quality = 90)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                bitmap.SetPixel(x, y, new SKColor(Level(x, y), Level(y, x), Level(x + 40, y)));
        }

        return Encode(bitmap, quality);
    }

    public static byte[] Noise(int width, int height, int quality)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));
        new Random(width).NextBytes(bitmap.GetPixelSpan());
        return Encode(bitmap, quality);
    }

    /// <summary>The segments of the header, each with its marker, then the scan with all that follows.</summary>
    public static List<byte[]> Segments(byte[] file)
    {
        List<byte[]> segments = [];
        int at = 2;
        while (file[at + 1] != 0xDA)
        {
            int length = 2 + (file[at + 2] << 8) + file[at + 3];
            segments.Add(file[at..(at + length)]);
            at += length;
        }

        segments.Add(file[at..]);
        return segments;
    }

    public static byte[] Join(IEnumerable<byte[]> segments) => [0xFF, 0xD8, .. segments.SelectMany(segment => segment)];

    public static byte[] Segment(byte marker, byte[] data) =>
        [0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];

    /// <summary>The file with its header segments changed, dropped (empty) or multiplied.</summary>
    public static byte[] Change(byte[] file, Func<byte, byte[], byte[]> change) =>
        Join(Segments(file).Select(segment => change(segment[1], segment)));

    private static byte Level(int x, int y) => (byte)(128 + (100 * Math.Sin(x / 5.0) * Math.Cos(y / 7.0)));

    private static byte[] Encode(SKBitmap bitmap, int quality)
    {
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        return data.ToArray();
    }
}
