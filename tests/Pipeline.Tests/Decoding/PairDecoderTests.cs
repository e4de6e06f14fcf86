namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>Files decoded two at a time: the pixels, the reasons and the sums of one at a time.</summary>
public sealed class PairDecoderTests
{
    [Theory]
    [InlineData(InflateLibrary.Auto)]
    [InlineData(InflateLibrary.Managed)]
    [InlineData(InflateLibrary.Runtime)]
    public void Every_file_comes_once_with_the_pixels_or_the_reason_it_has_alone(InflateLibrary library)
    {
        DecoderOptions options = new() { Inflate = library };
        using PairDecoder pairs = new(options);
        using ImageDecoder alone = new(new() { Inflate = InflateLibrary.Runtime });
        byte[][] files = Files();
        for (int round = 0; round < 2; round++)
        {
            int[] seen = new int[files.Length];
            pairs.Decode(files, (int index, in GreyImage image, ImageFormatException? error) =>
            {
                seen[index]++;
                bool good = alone.TryDecode(files[index], out GreyImage expected, out ImageFormatException? expectedError);
                Assert.True(good == (error is null), $"file {index}: {error?.Message} instead of {expectedError?.Message}");
                Assert.Equal(expectedError?.Reason, error?.Reason);
                if (!good)
                    return;
                Assert.True(image.Pixels.SequenceEqual(expected.Pixels), $"file {index} has other pixels");
                Assert.Equal((expected.Width, expected.Height), (image.Width, image.Height));
                Assert.Equal(expected.Info, image.Info);
            });
            Assert.All(seen, times => Assert.Equal(1, times));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Resized_while_they_are_decoded_files_give_what_they_give_alone(bool antialias)
    {
        const int width = 19, height = 23;
        using PairDecoder pairs = new();
        using ImageDecoder alone = new();
        BilinearResize resize = new(antialias: antialias);
        byte[][] files = Files();
        byte[] records = new byte[files.Length * width * height], expected = new byte[width * height];
        int[] seen = new int[files.Length];
        ResizeStatistics[] sums = new ResizeStatistics[files.Length];
        bool[] good = new bool[files.Length];
        pairs.DecodeResized(files, antialias, records, width, height, (index, statistics, error) =>
        {
            seen[index]++;
            (sums[index], good[index]) = (statistics, error is null);
        });
        for (int i = 0; i < files.Length; i++)
        {
            Assert.Equal(1, seen[i]);
            if (!good[i])
            {
                Assert.Throws<ImageFormatException>(() => alone.Decode(files[i]));
                continue;
            }

            ResizeStatistics right = alone.DecodeResized(files[i], resize, expected, width, height);
            Assert.True(right == sums[i], $"file {i}: {sums[i]} instead of {right}");
            Assert.True(records.AsSpan(i * width * height, width * height).SequenceEqual(expected), $"file {i} has another record");
        }
    }

    [Fact]
    public void A_handler_that_throws_leaves_a_decoder_that_works()
    {
        using PairDecoder pairs = new();
        byte[][] files = Files();
        Assert.Throws<InvalidOperationException>(() => pairs.Decode(
            files, (int index, in GreyImage image, ImageFormatException? error) => throw new InvalidOperationException()));
        int seen = 0;
        pairs.Decode(files, (int index, in GreyImage image, ImageFormatException? error) => seen++);
        Assert.Equal(files.Length, seen);
    }

    [Fact]
    public void Damaged_files_in_pairs_are_refused_or_taken_as_alone()
    {
        FileMutator mutator = new([.. Files()[..6]], 21);
        byte[][] files = [.. Enumerable.Range(0, 1_500).Select(_ => mutator.Next())];
        DecoderOptions limits = new() { MaxPixels = 1 << 22, MaxInflatedBytes = 1 << 25 };
        using PairDecoder pairs = new(limits);
        using ImageDecoder alone = new(limits with { Inflate = InflateLibrary.Runtime, Unfilter = UnfilterPath.Scalar });
        int seen = 0, accepted = 0;
        pairs.Decode(files, (int index, in GreyImage image, ImageFormatException? error) =>
        {
            seen++;
            bool good = alone.TryDecode(files[index], out GreyImage expected, out ImageFormatException? expectedError);
            Assert.True(good == (error is null), $"file {index}: {error?.Message} instead of {expectedError?.Message}");
            Assert.True(!good || image.Pixels.SequenceEqual(expected.Pixels), $"file {index}: two paths, two images");
            accepted += good ? 1 : 0;
        });
        Assert.Equal(files.Length, seen);
        Assert.InRange(accepted, 15, files.Length - 100);
    }

    // Grey ones of many sizes, then what is decoded alone, and what can't be.
    private static byte[][] Files()
    {
        List<byte[]> files = [];
        foreach ((int width, int height) in ((int, int)[])[(300, 70), (29, 21), (64, 200), (400, 300), (1, 1), (128, 128), (500, 333)])
            files.Add(new TestPng(width, height, 0, 8, files.Count) { DataChunks = 1 + (files.Count % 3) }.Encode());
        files.Add(new TestPng(90, 40, 6, 8).Encode());
        files.Add(TestJpeg.Grey(40, 33));
        files.Add(files[3][..^300]);
        files.Add([]);
        files.Add("no image"u8.ToArray());
        byte[] flipped = [.. files[6]];
        flipped[flipped.Length / 2] ^= 16;
        files.Add(flipped);
        files.Add(new TestPng(33, 65, 0, 8, interlaced: true).Encode());
        files.Add(new TestPng(333, 65, 0, 16).Encode());
        files.Add(new TestPng(250, 250, 0, 8).Encode());
        return [.. files];
    }
}
