using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>TensorFlow's grey of 149 PNG and 11 JPEG files of every kind.</summary>
public sealed class CodecGoldenTests
{
    [Theory]
    [MemberData(nameof(DecodePaths.All), MemberType = typeof(DecodePaths))]
    public void Every_file_kind_gives_the_grey_of_tensorflow(
        InflateLibrary inflate, UnfilterPath unfilter, bool trust, int bandBytes)
    {
        using ImageDecoder decoder = DecodePaths.Create(inflate, unfilter, trust, bandBytes);
        string folder = SharedData.Require("golden/tensorflow/codec");
        Safetensors golden = new(Path.Combine(folder, "grey.safetensors"));
        List<string> wrong = [];
        int files = 0;
        foreach (string name in golden.Names)
        {
            GreyImage image = decoder.DecodeFile(Path.Combine(folder, name));
            bool same = golden.Shape(name) is [int height, int width] && height == image.Height && width == image.Width
                && image.Pixels.SequenceEqual(golden.Bytes(name));
            if (!same)
                wrong.Add(name);
            files++;
        }

        Assert.Empty(wrong);
        Assert.Equal(160, files);
    }

    [Fact]
    public void The_library_alone_gives_the_grey_of_tensorflow()
    {
        using ImageDecoder decoder = new(new DecoderOptions { Jpeg = JpegPath.Library });
        string folder = SharedData.Require("golden/tensorflow/codec");
        Safetensors golden = new(Path.Combine(folder, "grey.safetensors"));
        foreach (string name in golden.Names.Where(name => name.EndsWith(".jpg", StringComparison.Ordinal)))
            Assert.True(decoder.DecodeFile(Path.Combine(folder, name)).Pixels.SequenceEqual(golden.Bytes(name)), name);
    }

    [Fact]
    public void A_jpeg_of_four_planes_is_refused()
    {
        using ImageDecoder decoder = new();
        byte[] file = File.ReadAllBytes(SharedData.Require("golden/tensorflow/codec/cmyk.jpg"));
        Assert.Equal(DecodeReasons.CmykJpeg, Assert.Throws<ImageFormatException>(() => decoder.Decode(file)).Reason);
    }

    [Fact]
    public void Exif_orientation_is_reported_and_not_applied()
    {
        using ImageDecoder decoder = new();
        GreyImage image = decoder.DecodeFile(SharedData.Require("golden/tensorflow/codec/grey_exif_rotated.jpg"));
        Assert.NotEqual(1, image.Info.Orientation);
        Assert.Equal((image.Info.Width, image.Info.Height), (image.Width, image.Height));
    }
}
