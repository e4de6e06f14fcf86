using SkiaSharp;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>JPEG files that the tests make: luma, orientation, draft.</summary>
public sealed class JpegTests
{
    [Fact]
    public void Grey_is_what_the_codec_gives_directly()
    {
        byte[] file = TestJpeg.Grey(61, 45);
        using SKBitmap bitmap = SKBitmap.Decode(file, new SKImageInfo(61, 45, SKColorType.Gray8, SKAlphaType.Opaque));
        using ImageDecoder decoder = new();
        GreyImage image = decoder.Decode(file);
        Assert.Equal((61, 45, ImageColor.Grey), (image.Width, image.Height, image.Info.Color));
        for (int y = 0; y < 45; y++)
            Assert.True(image.Pixels.Slice(61 * y, 61).SequenceEqual(bitmap.GetPixelSpan().Slice(bitmap.RowBytes * y, 61)));
    }

    [Fact]
    public void Luma_of_colour_files_is_that_of_their_colours()
    {
        byte[] file = TestJpeg.Color(64, 48, 100);
        using SKBitmap bitmap = SKBitmap.Decode(file);
        using ImageDecoder decoder = new();
        GreyImage image = decoder.Decode(file);
        Assert.Equal(ImageColor.YCbCr, image.Info.Color);
        int clipped = 0;
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            SKColor color = bitmap.GetPixel(i % 64, i / 64);
            if (color.Red is 0 or 255 || color.Green is 0 or 255 || color.Blue is 0 or 255)
                clipped++;
            else
                Assert.Equal((0.299 * color.Red) + (0.587 * color.Green) + (0.114 * color.Blue), image.Pixels[i], 1.6);
        }

        Assert.True(clipped < image.Pixels.Length / 10);
    }

    [Fact]
    public void Files_without_a_transform_are_rgb()
    {
        // The same planes, read as red, green and blue: their weighted sum instead of the first.
        byte[] file = TestJpeg.Color(32, 32, 100);
        byte[] adobe = TestJpeg.Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]);
        byte[] rgb = TestJpeg.Change(file, (marker, segment) => marker == 0xE0 ? adobe : segment);
        using SKBitmap planes = SKBitmap.Decode(rgb);
        using ImageDecoder decoder = new();
        GreyImage image = decoder.Decode(rgb);
        Assert.Equal(ImageColor.Rgb, image.Info.Color);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            SKColor color = planes.GetPixel(i % 32, i / 32);
            Assert.Equal((0.299 * color.Red) + (0.587 * color.Green) + (0.114 * color.Blue), image.Pixels[i], 0.51);
        }
    }

    [Fact]
    public void A_jfif_segment_wins_over_the_names_of_the_planes()
    {
        byte[] named = TestJpeg.Change(TestJpeg.Color(16, 16), Rename);
        using ImageDecoder decoder = new();
        byte[] luma = decoder.Decode(TestJpeg.Color(16, 16)).Pixels.ToArray();
        GreyImage image = decoder.Decode(named);
        Assert.Equal(ImageColor.YCbCr, image.Info.Color);
        Assert.Equal(luma, image.Pixels.ToArray());
        byte[] withoutJfif = TestJpeg.Change(named, (marker, segment) => marker == 0xE0 ? [] : segment);
        Assert.Equal(ImageColor.Rgb, decoder.Decode(withoutJfif).Info.Color);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(75)]
    [InlineData(95)]
    [InlineData(100)]
    public void Our_own_path_gives_the_pixels_of_the_library(int quality)
    {
        using ImageDecoder own = new(), library = new(new DecoderOptions { Jpeg = JpegPath.Library });
        foreach ((int width, int height) in ((int, int)[])[(1, 1), (7, 9), (16, 16), (17, 33), (64, 40), (100, 65)])
        {
            foreach (byte[] file in (byte[][])[TestJpeg.Grey(width, height, quality), TestJpeg.Color(width, height, quality),
                TestJpeg.Noise(width, height, quality)])
                Assert.Equal(library.Decode(file).Pixels.ToArray(), own.Decode(file).Pixels.ToArray());
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(50)]
    [InlineData(92)]
    [InlineData(100)]
    public void Our_own_draft_gives_the_pixels_of_the_library(int quality)
    {
        foreach ((int width, int height, int draft) in (
            (int, int, int)[])[(64, 40, 20), (64, 40, 10), (64, 40, 5), (101, 67, 33), (101, 67, 17), (101, 67, 8)])
        {
            using ImageDecoder own = new(new DecoderOptions { Draft = draft });
            using ImageDecoder library = new(new DecoderOptions { Draft = draft, Jpeg = JpegPath.Library });
            foreach (byte[] file in (byte[][])[TestJpeg.Grey(width, height, quality), TestJpeg.Color(width, height, quality)])
            {
                GreyImage ours = own.Decode(file), theirs = library.Decode(file);
                Assert.Equal((theirs.Width, theirs.Height), (ours.Width, ours.Height));
                Assert.True(ours.Width < width
                    && ours.Pixels.SequenceEqual(theirs.Pixels), $"{width} x {height}, quality {quality}, draft {draft}");
            }
        }
    }

    [Fact]
    public void Coded_data_that_ends_early_is_truncated_even_with_an_end_marker_which_the_library_paints_over()
    {
        byte[] file = TestJpeg.Grey(40, 30), broken = [.. file[..^200], 0xFF, 0xD9];
        using ImageDecoder library = new(new DecoderOptions { Jpeg = JpegPath.Library });
        Assert.True(library.TryDecode(broken, out _, out _));
        using ImageDecoder decoder = new();
        bool isPainted = decoder.TryDecode(broken, out _, out ImageFormatException? error);
        Assert.Equal(!ChestXray.Pipeline.Decoding.JpegTransform.IsSupported, isPainted);
        if (isPainted)
            return;
        Assert.Equal(DecodeReasons.Truncated, error!.Reason);
    }

    [Fact]
    public void Orientation_is_reported_and_not_applied()
    {
        byte[] exif = [.. "Exif\0\0"u8, (byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0,
            0, 0, 0];
        byte[] file = TestJpeg.Grey(20, 10);
        using ImageDecoder decoder = new();
        byte[] upright = decoder.Decode(file).Pixels.ToArray();
        GreyImage image = decoder.Decode(TestJpeg.Join([TestJpeg.Segment(0xE1, exif), .. TestJpeg.Segments(file)]));
        Assert.Equal((20, 10, 8), (image.Width, image.Height, image.Info.Orientation));
        Assert.Equal(upright, image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(0, 200, 120)]
    [InlineData(121, 200, 120)]
    [InlineData(60, 100, 60)]
    [InlineData(30, 50, 30)]
    [InlineData(15, 25, 15)]
    public void Draft_takes_the_smallest_scale_that_is_large_enough(int draft, int width, int height)
    {
        using ImageDecoder decoder = new(new DecoderOptions { Draft = draft });
        foreach (byte[] file in (byte[][])[TestJpeg.Grey(200, 120), TestJpeg.Color(200, 120)])
        {
            GreyImage image = decoder.Decode(file);
            Assert.Equal((width, height, 200, 120), (image.Width, image.Height, image.Info.Width, image.Info.Height));
            double mean = 0;
            foreach (byte level in image.Pixels)
                mean += level / (double)image.Pixels.Length;
            Assert.Equal(128, mean, 6.0);
        }
    }

    // The planes' names in the frame header and in the scan: R, G, B.
    private static byte[] Rename(byte marker, byte[] segment)
    {
        byte[] renamed = [.. segment];
        for (int plane = 0; plane < 3 && marker is 0xC0 or 0xDA; plane++)
            renamed[marker == 0xC0 ? 10 + (3 * plane) : 5 + (2 * plane)] = "RGB"u8[plane];
        return renamed;
    }
}
