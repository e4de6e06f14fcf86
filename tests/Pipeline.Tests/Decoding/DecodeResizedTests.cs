namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>Resizing while decoding gives the bytes that resizing afterwards gives.</summary>
public sealed class DecodeResizedTests
{
    public static TheoryData<int, int, int, int, bool, bool, int> Cases
    {
        get
        {
            TheoryData<int, int, int, int, bool, bool, int> cases = [];
            foreach ((int type, int depth) in ((int, int)[])[(0, 8), (0, 2), (2, 8), (3, 8), (4, 8), (6, 8), (6, 16)])
            {
                foreach ((int width, int height) in ((int, int)[])[(1, 1), (40, 200), (300, 131), (257, 333)])
                {
                    foreach (bool antialias in (bool[])[false, true])
                    {
                        foreach (int bandBytes in (int[])[0, 5_000, int.MaxValue])
                            cases.Add(type, depth, width, height, height == 131, antialias, bandBytes);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_bytes_are_those_of_resizing_afterwards(
        int type, int depth, int width, int height, bool interlaced, bool antialias, int bandBytes)
    {
        using ImageDecoder decoder = new(new() { BandBytes = bandBytes, Inflate = InflateLibrary.Runtime }), plain = new();
        BilinearResize resize = new(antialias: antialias), other = new(scalar: true, antialias: antialias);
        byte[] file = new TestPng(width, height, type, depth, seed: width, interlaced).Encode();
        foreach ((int outWidth, int outHeight) in ((int, int)[])[(16, 16), (61, 7), (7, 400)])
        {
            GreyImage image = plain.Decode(file);
            byte[] bytes = new byte[outWidth * outHeight], expectedBytes = new byte[bytes.Length];
            ushort[] words = new ushort[bytes.Length], expectedWords = new ushort[bytes.Length];
            ResizeStatistics expected = other.ResizeToBytes(image.Pixels, width, height, expectedBytes, outWidth, outHeight);
            other.ResizeToUInt16(image.Pixels, width, height, expectedWords, outWidth, outHeight);
            Assert.Equal(expected, decoder.DecodeResized(file, resize, bytes, outWidth, outHeight));
            Assert.Equal(expected, decoder.DecodeResized(file, resize, words, outWidth, outHeight));
            Assert.Equal(expectedBytes, bytes);
            Assert.Equal(expectedWords, words);
        }
    }

    [Fact]
    public void Jpeg_files_are_resized_too()
    {
        using ImageDecoder decoder = new();
        BilinearResize resize = new();
        byte[] file = TestJpeg.Grey(300, 200), expected = new byte[24 * 24], found = new byte[24 * 24];
        GreyImage image = decoder.Decode(file);
        resize.ResizeToBytes(image.Pixels, image.Width, image.Height, expected, 24, 24);
        decoder.DecodeResized(file, resize, found, 24, 24);
        Assert.Equal(expected, found);
    }

    [Fact]
    public void A_destination_of_another_size_is_refused()
    {
        using ImageDecoder decoder = new();
        byte[] file = new TestPng(8, 8, 0, 8).Encode();
        Assert.Throws<ArgumentException>(() => decoder.DecodeResized(file, new(), new byte[15], 4, 4));
        Assert.Throws<ArgumentException>(() => decoder.DecodeResized(file, new(), new byte[16], 0, 4));
    }

    [Fact]
    public void Nothing_is_allocated_for_an_image()
    {
        using ImageDecoder decoder = new();
        BilinearResize resize = new();
        byte[] file = new TestPng(600, 600, 0, 8).Encode(), record = new byte[64 * 64];
        bool pausesAtNoCost = decoder.InflateLibrary != InflateLibrary.RuntimeStream;
        decoder.DecodeResized(file, resize, record, 64, 64);
        long before = GC.GetAllocatedBytesForCurrentThread();
        decoder.DecodeResized(file, resize, record, 64, 64);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, pausesAtNoCost ? 0 : 2_000);
    }
}
