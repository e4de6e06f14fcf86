using ChestXray.Pipeline.Decoding;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>Every PNG kind in every path, from files that the test makes.</summary>
public sealed class PngKindTests
{
    private static readonly (int Type, int Depth)[] _kinds =
    [
        (0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16), (6, 8),
        (6, 16),
    ];

    // Below, at and above what the vector paths take; heights that are no multiple of their rows.
    private static readonly (int Width, int Height)[] _sizes =
        [(1, 1), (2, 3), (3, 1), (5, 8), (33, 9), (35, 67), (128, 32), (255, 64), (257, 65), (300, 131)];

    [Theory]
    [MemberData(nameof(DecodePaths.All), MemberType = typeof(DecodePaths))]
    public void Every_kind_and_size_gives_the_expected_grey(
        InflateLibrary inflate, UnfilterPath unfilter, bool trust, int bandBytes)
    {
        using ImageDecoder decoder = DecodePaths.Create(inflate, unfilter, trust, bandBytes);
        int seed = 0;
        foreach ((int type, int depth) in _kinds)
        {
            foreach ((int width, int height) in _sizes)
            {
                foreach (bool interlaced in (bool[])[false, true])
                {
                    TestPng png = new(width, height, type, depth, ++seed, interlaced) { DataChunks = 1 + (seed % 3) };
                    GreyImage image = decoder.Decode(png.Encode());
                    string kind = $"type {type}, {depth} bits, {width} x {height}, interlaced {interlaced}";
                    Assert.Equal((width, height, depth, interlaced),
                        (image.Width, image.Height, image.Info.BitDepth, image.Info.Interlaced));
                    Assert.True(image.Pixels.SequenceEqual(png.ExpectedGrey()), kind);
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void One_filter_alone_gives_the_expected_grey(int filter)
    {
        using ImageDecoder decoder = new();
        TestPng png = new(1024, 130, 0, 8, filter) { Filter = filter };
        Assert.Equal(png.ExpectedGrey(), decoder.Decode(png.Encode()).Pixels.ToArray());
    }

    [Fact]
    public void Equal_colours_pass_through_and_alpha_is_not_blended()
    {
        using ImageDecoder decoder = new();
        byte[] rows = [0, 7, 7, 7, 0, 200, 200, 200, 128];
        byte[] file = TestPng.Join(
            [TestPng.Chunk("IHDR", new TestPng(2, 1, 6, 8).HeaderData()), TestPng.Chunk("IDAT", TestPng.Deflate(rows)),
                TestPng.Chunk("IEND", [])]);
        Assert.Equal([7, 200], decoder.Decode(file).Pixels.ToArray());
    }

    [Theory]
    [InlineData("", "76 149 29 124 18 90 77 1")]
    [InlineData("gAMA 45455", "147 200 95 137 21 90 77 0")]
    [InlineData("gAMA 60000", "123 185 69 131 18 90 77 0")]
    [InlineData("gAMA 95200", "76 150 29 120 16 85 77 2")]
    [InlineData("gAMA 97000", "76 149 29 124 18 90 77 1")]
    [InlineData("gAMA 5", "76 149 29 124 18 90 77 1")]
    [InlineData("gAMA 60000 sRGB", "147 200 95 137 21 90 77 0")]
    [InlineData("sRGB gAMA 60000", "147 200 95 137 21 90 77 0")]
    public void Colours_of_files_with_a_gamma_are_mixed_as_libpng_does(string declared, string expected)
    {
        // The expected levels are libpng's own, by way of OpenCV 4.6.
        byte[] colors = [255, 0, 0, 0, 255, 0, 0, 0, 255, 200, 100, 50, 10, 20, 30, 90, 90, 91, 77, 77, 77, 1, 2, 3];
        byte[] rgba = [.. colors.Chunk(3).SelectMany(color => color.Append((byte)9))];
        List<byte[]> gamma = [];
        string[] words = declared.Split(' ');
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] == "sRGB")
                gamma.Add(TestPng.Chunk("sRGB", [0]));
            else if (words[i] == "gAMA")
                gamma.Add(TestPng.Chunk("gAMA", [.. BitConverter.GetBytes(int.Parse(words[i + 1])).Reverse()]));
        }

        using ImageDecoder decoder = new();
        foreach ((int type, byte[] palette, byte[] row) in ((int, byte[], byte[])[])
            [(2, [], colors), (6, [], rgba), (3, colors, [0, 1, 2, 3, 4, 5, 6, 7])])
        {
            byte[] file = TestPng.Join(
            [
                TestPng.Chunk("IHDR", new TestPng(8, 1, type, 8).HeaderData()), .. gamma,
                .. palette.Length > 0 ? [TestPng.Chunk("PLTE", palette)] : Array.Empty<byte[]>(),
                TestPng.Chunk("IDAT", TestPng.Deflate([0, .. row])), TestPng.Chunk("IEND", []),
            ]);
            Assert.Equal(expected, string.Join(' ', decoder.Decode(file).Pixels.ToArray()));
        }
    }

    [Theory]
    [InlineData(2, 8, 127)]
    [InlineData(6, 8, 128)]
    [InlineData(6, 8, 200)]
    [InlineData(4, 8, 333)]
    [InlineData(0, 16, 191)]
    [InlineData(6, 16, 129)]
    [InlineData(3, 4, 300)]
    public void Tall_images_that_are_done_in_bands_have_no_seams(int type, int depth, int height)
    {
        TestPng png = new(150, height, type, depth, seed: height);
        byte[] file = png.Encode();
        foreach (UnfilterPath path in DecodePaths.Unfilters)
        {
            using ImageDecoder decoder = DecodePaths.Create(InflateLibrary.Runtime, path);
            Assert.Equal(png.ExpectedGrey(), decoder.Decode(file).Pixels.ToArray());
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(199)]
    [InlineData(64)]
    [InlineData(63)]
    [InlineData(130)]
    [InlineData(1)]
    public void Colour_files_that_are_grey_throughout_or_at_the_top_have_no_seams(int greyRows)
    {
        TestPng png = new(150, 200, 6, 8, seed: greyRows) { GreyRows = greyRows };
        byte[] file = png.Encode();
        foreach (UnfilterPath path in DecodePaths.Unfilters)
        {
            using ImageDecoder decoder = DecodePaths.Create(InflateLibrary.Runtime, path);
            Assert.Equal(png.ExpectedGrey(), decoder.Decode(file).Pixels.ToArray());
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void First_bytes_are_taken_alike_by_vectors_and_plainly_and_any_difference_is_seen(int step)
    {
        byte[] row = new byte[77 * step], vector = new byte[77], plain = new byte[77];
        new Random(step).NextBytes(row);
        for (int x = 0; x < 77 && step == 4; x++)
            row.AsSpan(4 * x, 3).Fill(row[4 * x]);
        Assert.True(FirstBytes.Take(row, vector, step, mustBeEqual: step == 4));
        Assert.True(FirstBytes.Take(row, plain, step, mustBeEqual: step == 4, scalar: true));
        Assert.Equal(plain, vector);
        Assert.Equal(row[step * 40], vector[40]);
        for (int i = 0; i < row.Length && step == 4; i++)
        {
            row[i] ^= 1;
            Assert.Equal(i % 4 == 3, FirstBytes.Take(row, vector, step, mustBeEqual: true));
            Assert.Equal(i % 4 == 3, FirstBytes.Take(row, vector, step, mustBeEqual: true, scalar: true));
            row[i] ^= 1;
        }
    }

    [Fact]
    public void Palette_indices_without_an_entry_are_black()
    {
        using ImageDecoder decoder = new();
        byte[] file = TestPng.Join(
        [
            TestPng.Chunk("IHDR", new TestPng(2, 1, 3, 8).HeaderData()), TestPng.Chunk("PLTE", [9, 9, 9]),
            TestPng.Chunk("IDAT", TestPng.Deflate([0, 0, 77])), TestPng.Chunk("IEND", []),
        ]);
        Assert.Equal([9, 0], decoder.Decode(file).Pixels.ToArray());
    }

    [Fact]
    public void Bytes_behind_the_image_are_reported_and_ignored()
    {
        using ImageDecoder decoder = new();
        TestPng png = new(4, 4, 0, 8);
        GreyImage image = decoder.Decode([.. png.Encode(), 1, 2, 3]);
        Assert.Equal(3, image.Info.TrailingBytes);
        Assert.Equal(png.ExpectedGrey(), image.Pixels.ToArray());
    }

    [Fact]
    public void Orientation_in_an_exif_chunk_is_reported()
    {
        byte[] exif = [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        List<byte[]> chunks = TestPng.Chunks(new TestPng(4, 4, 0, 8).Encode());
        chunks.Insert(1, TestPng.Chunk("eXIf", exif));
        using ImageDecoder decoder = new();
        Assert.Equal(6, decoder.Decode(TestPng.Join(chunks)).Info.Orientation);
    }

    [Theory]
    [InlineData(InflateLibrary.Auto)]
    [InlineData(InflateLibrary.Runtime)]
    public void Nothing_is_allocated_once_the_largest_image_was_seen(InflateLibrary library)
    {
        using ImageDecoder decoder = DecodePaths.Create(library, UnfilterPath.Auto);
        Assert.NotEqual(InflateLibrary.RuntimeStream, decoder.InflateLibrary);
        byte[] file = new TestPng(300, 200, 0, 8).Encode();
        decoder.Decode(file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            decoder.Decode(file);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void What_this_machine_lacks_is_refused_by_name_and_what_every_machine_has_is_there()
    {
        Assert.All((InflateLibrary[])[InflateLibrary.Auto, InflateLibrary.Runtime, InflateLibrary.RuntimeStream],
            library => Assert.Contains(library, DecodePaths.Libraries));
        Assert.All((UnfilterPath[])[UnfilterPath.Auto, UnfilterPath.Scalar], path => Assert.Contains(path, DecodePaths.Unfilters));
        foreach (InflateLibrary library in Enum.GetValues<InflateLibrary>().Except(DecodePaths.Libraries))
            IsRefused($"{library}", new() { Inflate = library });
        foreach (UnfilterPath path in Enum.GetValues<UnfilterPath>().Except(DecodePaths.Unfilters))
            IsRefused($"{path}", new() { Unfilter = path });

        static void IsRefused(string name, DecoderOptions options)
        {
            string message = Assert.Throws<PlatformNotSupportedException>(() => new ImageDecoder(options)).Message;
            Assert.Contains(name, message, StringComparison.Ordinal);
            Assert.Contains("use Auto", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_decoder_may_be_disposed_twice()
    {
        foreach (InflateLibrary library in DecodePaths.Libraries)
        {
            ImageDecoder decoder = new(new() { Inflate = library });
            decoder.Dispose();
            decoder.Dispose();
        }
    }
}
