using System.Buffers.Binary;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>Broken and hostile files: each is refused, for the reason that it has.</summary>
public sealed class HostileFileTests
{
    private static readonly TestPng _png = new(40, 30, 0, 8);
    private static readonly byte[] _file = _png.Encode();
    private static readonly byte[] _jpeg = TestJpeg.Grey(40, 30);

    public static TheoryData<string, string, byte[]> Files => new()
    {
        { "no bytes", DecodeReasons.EmptyFile, [] },
        { "text named .png", DecodeReasons.NotAnImage, [.. "this is no image"u8] },
        { "a GIF", DecodeReasons.NotAnImage, [.. "GIF89a\x01\0\x01\0\0\0\0"u8] },
        { "half a signature", DecodeReasons.Truncated, _file[..5] },
        { "an end inside a chunk", DecodeReasons.Truncated, _file[..^30] },
        { "no end chunk", DecodeReasons.Truncated, _file[..^12] },
        { "zeros behind a cut", DecodeReasons.BadChunk, [.. _file[..^12], .. new byte[40]] },
        { "a flipped bit in the pixel data", DecodeReasons.BadCrc, Flip(_file, 60) },
        { "a flipped bit in the header", DecodeReasons.BadCrc, Flip(_file, 19) },
        { "a wrong sum over the pixels", DecodeReasons.BadAdler, WithData(data => Flip(data, data.Length - 2)) },
        { "width 0", DecodeReasons.BadHeader, WithHeader(0, 0, 4) },
        { "a side above 2^31", DecodeReasons.BadHeader, WithHeader(4, uint.MaxValue, 4) },
        { "three bits", DecodeReasons.BadHeader, WithHeader(8, 3, 1) },
        { "a palette of 16 bits", DecodeReasons.BadHeader, WithHeader(8, 0x1003, 2) },
        { "colour type 5", DecodeReasons.BadHeader, WithHeader(9, 5, 1) },
        { "interlacing 2", DecodeReasons.BadHeader, WithHeader(12, 2, 1) },
        { "a side above the limit", DecodeReasons.TooLarge, WithHeader(0, 16_385, 4) },
        { "pixels above the limit", DecodeReasons.TooLarge, WithHeader(0, 0x00002001_00002001, 8) },
        { "a header that promises 64 million pixels", DecodeReasons.DataTooShort, WithHeader(0, 0x00002000_00002000, 8) },
        { "one row too few", DecodeReasons.DataTooShort, WithHeader(4, 31, 4) },
        { "one row too many", DecodeReasons.DataTooLong, WithHeader(4, 29, 4) },
        { "a bomb of zeros", DecodeReasons.DataTooLong, WithData(_ => TestPng.Deflate(new byte[50_000_000])) },
        { "bytes behind the zlib stream", DecodeReasons.DataTooLong, WithData(data => [.. data[..^4], 1, 2, 3, 4, .. data[^4..]]) },
        { "pixel data cut off", DecodeReasons.BadZlib, WithData(data => data[..^40]) },
        { "no zlib header", DecodeReasons.BadZlib, WithData(data => Flip(data, 0)) },
        { "a preset dictionary", DecodeReasons.BadZlib, WithData(data => [0x78, 0xBB, .. data[2..]]) },
        { "an impossible block", DecodeReasons.BadZlib, WithData(data => [0x78, 0x9C, 0xFF, .. data[3..]]) },
        { "three bytes of pixel data", DecodeReasons.DataTooShort, WithData(data => data[..3]) },
        { "filter 5", DecodeReasons.BadFilter, WithData(_ => TestPng.Deflate(WithFilter(5))) },
        { "the end chunk first", DecodeReasons.BadChunk, TestPng.Join([TestPng.Chunk("IEND", [])]) },
        { "no pixel data", DecodeReasons.BadChunk, WithChunks(chunks => chunks.RemoveAt(1)) },
        { "two headers", DecodeReasons.BadChunk, WithChunks(chunks => chunks.Insert(1, chunks[0])) },
        { "a header of 12 bytes", DecodeReasons.BadChunk, WithChunks(chunks => chunks[0] = TestPng.Chunk("IHDR", new byte[12])) },
        { "pixel data in two places", DecodeReasons.BadChunk, WithChunks(Interrupt) },
        { "a name with digits", DecodeReasons.BadChunk, WithChunks(chunks => chunks.Insert(1, TestPng.Chunk("I2AT", []))) },
        { "a length of 4 GB", DecodeReasons.BadChunk, WithChunks(chunks => chunks[1][0] = 0xFF) },
        { "a length beyond the file", DecodeReasons.Truncated, WithChunks(chunks => chunks[1][1] = 0x7F) },
        { "an unknown chunk that is needed", DecodeReasons.UnknownChunk, WithChunks(chunks => chunks.Insert(1, TestPng.Chunk("ABCD", []))) },
        { "endless chunks", DecodeReasons.TooManyChunks, WithChunks(chunks => chunks.InsertRange(1, Many(TestPng.Chunk("teXt", []), 100_001))) },
        { "indices without a palette", DecodeReasons.BadPalette, WithHeader(9, 3, 1) },
        { "a palette of 5 bytes", DecodeReasons.BadPalette, WithPalette(new byte[5]) },
        { "a palette of 257 entries", DecodeReasons.BadPalette, WithPalette(new byte[771]) },
        { "a palette twice", DecodeReasons.BadPalette, WithPalette(new byte[6], new byte[6]) },
        { "a JPEG's start alone", DecodeReasons.Truncated, [0xFF, 0xD8] },
        { "a JPEG without its end", DecodeReasons.Truncated, _jpeg[..^2] },
        { "a JPEG cut in half", DecodeReasons.Truncated, _jpeg[..(_jpeg.Length / 2)] },
        { "a JPEG of four planes", DecodeReasons.CmykJpeg, WithFrame(0xC0, [8, 0, 30, 0, 40, 4, .. new byte[12]]) },
        { "a JPEG of two planes", DecodeReasons.UnsupportedJpeg, WithFrame(0xC0, [8, 0, 30, 0, 40, 2, .. new byte[6]]) },
        { "a JPEG of 12 bits", DecodeReasons.UnsupportedJpeg, WithFrame(0xC1, [12, 0, 30, 0, 40, 1, 1, 0x11, 0]) },
        { "a JPEG of one plane with 13 x 11 blocks", DecodeReasons.BadJpeg, WithFrame(0xC0, [8, 0, 30, 0, 40, 1, 1, 0xDB, 0]) },
        { "an arithmetic JPEG", DecodeReasons.UnsupportedJpeg, WithFrame(0xC9, [8, 0, 30, 0, 40, 1, 1, 0x11, 0]) },
        { "a lossless JPEG", DecodeReasons.UnsupportedJpeg, WithFrame(0xC3, [8, 0, 30, 0, 40, 1, 1, 0x11, 0]) },
        { "a JPEG without height", DecodeReasons.BadJpeg, WithFrame(0xC0, [8, 0, 0, 0, 40, 1, 1, 0x11, 0]) },
        { "a JPEG of 65,535 pixels a side", DecodeReasons.TooLarge, WithFrame(0xC0, [8, 255, 255, 255, 255, 1, 1, 0x11, 0]) },
        { "a JPEG with a short frame header", DecodeReasons.BadJpeg, WithFrame(0xC0, [8, 0, 30]) },
        { "a JPEG without a frame header", DecodeReasons.BadJpeg, TestJpeg.Change(_jpeg, (marker, segment) => marker == 0xC0 ? [] : segment) },
        { "a JPEG without code tables", DecodeReasons.BadJpeg, TestJpeg.Change(_jpeg, (marker, segment) => marker == 0xC4 ? [] : segment) },
        { "a JPEG of one plane and two scans", DecodeReasons.BadJpeg, TestJpeg.Change(_jpeg, (marker, segment) => marker == 0xDA ? [.. segment[..^2], .. segment] : segment) },
        { "a JPEG with a restart marker that nothing announced", DecodeReasons.BadJpeg, [.. _jpeg[..^60], 0xFF, 0xD0, .. _jpeg[^60..]] },
        { "a JPEG without tables", DecodeReasons.BadJpeg, TestJpeg.Change(_jpeg, (marker, segment) => marker == 0xDB ? [] : segment) },
        { "a JPEG with two frame headers", DecodeReasons.BadJpeg, TestJpeg.Change(_jpeg, (marker, segment) => marker == 0xC0 ? [.. segment, .. segment] : segment) },
        { "a JPEG segment that does not exist", DecodeReasons.BadJpeg, TestJpeg.Join([TestJpeg.Segment(0x75, new byte[9]), .. TestJpeg.Segments(_jpeg)]) },
        { "a JPEG without scans", DecodeReasons.BadJpeg, TestJpeg.Change(_jpeg, (marker, segment) => marker == 0xDA ? [0xFF, 0xD9] : segment) },
        { "a JPEG segment of length 1", DecodeReasons.BadJpeg, [0xFF, 0xD8, 0xFF, 0xE0, 0, 1, .. _jpeg[2..]] },
        { "endless JPEG segments", DecodeReasons.TooManyChunks, TestJpeg.Join([.. Many([0xFF, 0xFE, 0, 2], 100_001), .. TestJpeg.Segments(_jpeg)]) },
        { "endless JPEG scans", DecodeReasons.TooManyScans, TestJpeg.Change(TestJpeg.Color(40, 30), (marker, segment) => marker == 0xDA ? [.. Many(segment[..^2], 101).SelectMany(scan => scan), 0xFF, 0xD9] : segment) },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_is_refused_for_its_reason_in_every_path(string what, string reason, byte[] file)
    {
        foreach (InflateLibrary library in Enum.GetValues<InflateLibrary>())
        {
            foreach (int bandBytes in (int[])[0, 100, 256 << 10])
                IsRefused(new() { Inflate = library, BandBytes = bandBytes }, what, reason, file);
        }
    }

    [Fact]
    public void Limits_are_options()
    {
        Assert.Equal(DecodeReasons.FileTooLarge, Reason(new DecoderOptions { MaxFileBytes = 100 }));
        Assert.Equal(DecodeReasons.TooLarge, Reason(new DecoderOptions { MaxSide = 39 }));
        Assert.Equal(DecodeReasons.TooLarge, Reason(new DecoderOptions { MaxPixels = 1199 }));
        Assert.Equal(DecodeReasons.TooManyChunks, Reason(new DecoderOptions { MaxChunks = 2 }));
        Assert.Equal(DecodeReasons.InflatedTooLarge, Reason(new DecoderOptions { MaxInflatedBytes = 1229 }));
        Assert.Null(Reason(new DecoderOptions { MaxFileBytes = _file.Length, MaxSide = 40, MaxPixels = 1200, MaxChunks = 3, MaxInflatedBytes = 1230 }));
    }

    [Fact]
    public void Trust_skips_the_checksums_and_nothing_else()
    {
        byte[] wrongSums = WithData(data => Flip(data, data.Length - 2));
        wrongSums[^1] ^= 1;
        using ImageDecoder trusting = new(new DecoderOptions { Trust = true });
        Assert.Equal(_png.ExpectedGrey(), trusting.Decode(wrongSums).Pixels.ToArray());
        Assert.False(trusting.TryDecode(_file[..^12], out _, out ImageFormatException? error));
        Assert.Equal(DecodeReasons.Truncated, error!.Reason);
    }

    [Fact]
    public void Cut_at_any_byte_a_file_is_never_accepted()
    {
        using ImageDecoder strict = new(), trusting = new(new DecoderOptions { Trust = true });
        foreach (byte[] file in (byte[][])[new TestPng(9, 7, 2, 8) { DataChunks = 2 }.Encode(), TestJpeg.Grey(24, 16), TestJpeg.Color(20, 20)])
        {
            Assert.True(strict.TryDecode(file, out _, out _));
            for (int length = 0; length < file.Length; length++)
            {
                Assert.False(strict.TryDecode(file.AsSpan(0, length), out _, out ImageFormatException? error),
                    $"cut at {length}");
                Assert.Contains(error!.Reason, (string[])[DecodeReasons.EmptyFile, DecodeReasons.Truncated]);
                Assert.False(trusting.TryDecode(file.AsSpan(0, length), out _, out _), $"trusted, cut at {length}");
            }
        }
    }

    [Fact]
    public void Paths_that_are_no_readable_files_are_named()
    {
        string folder = Directory.CreateTempSubdirectory("chestxray").FullName;
        try
        {
            string image = Path.Combine(folder, "00000001_000.png"), directory = Path.Combine(folder, "directory.png");
            File.WriteAllBytes(image, _file);
            Directory.CreateDirectory(directory);
            using ImageDecoder decoder = new();
            Assert.Equal(_png.ExpectedGrey(), decoder.DecodeFile(image).Pixels.ToArray());
            Assert.Equal(DecodeReasons.IsDirectory, Assert.Throws<ImageFormatException>(() =>
                decoder.DecodeFile(directory)).Reason);
            string missing = Path.Combine(folder, "missing.png");
            ImageFormatException error = Assert.Throws<ImageFormatException>(() => decoder.DecodeFile(missing));
            Assert.Equal(DecodeReasons.MissingFile, error.Reason);
            Assert.Contains(missing, error.Message);
            File.WriteAllBytes(image, []);
            Assert.Equal(DecodeReasons.EmptyFile, Assert.Throws<ImageFormatException>(() => decoder.DecodeFile(image)).Reason);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? Reason(DecoderOptions options)
    {
        using ImageDecoder decoder = new(options);
        return decoder.TryDecode(_file, out _, out ImageFormatException? error) ? null : error!.Reason;
    }

    private static void IsRefused(DecoderOptions options, string what, string reason, byte[] file)
    {
        ImageDecoder decoder;
        try
        {
            decoder = new ImageDecoder(options);
        }
        catch (PlatformNotSupportedException)
        {
            return;
        }

        using (decoder)
        {
            Assert.False(decoder.TryDecode(file, out _, out ImageFormatException? error), what);
            Assert.True(reason == error!.Reason, $"{what}, {options.Inflate}: {error.Reason} ({error.Message}) instead of {reason}");
            byte[] record = new byte[8 * 8];
            ImageFormatException resized =
                Assert.Throws<ImageFormatException>(() => decoder.DecodeResized(file, new(), record, 8, 8));
            Assert.Equal(reason, resized.Reason);
            Assert.True(decoder.TryDecode(_file, out GreyImage image, out _), "a good file after a bad one");
            Assert.True(image.Pixels.SequenceEqual(_png.ExpectedGrey()));
        }
    }

    private static byte[] Flip(byte[] file, int at)
    {
        byte[] flipped = [.. file];
        flipped[at] ^= 4;
        return flipped;
    }

    private static byte[] WithChunks(Action<List<byte[]>> change)
    {
        List<byte[]> chunks = TestPng.Chunks(_file);
        change(chunks);
        return TestPng.Join(chunks);
    }

    // A number of so many bytes at a place of the header, with a right checksum.
    private static byte[] WithHeader(int at, ulong value, int bytes)
    {
        Span<byte> wide = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(wide, value);
        byte[] header = _png.HeaderData();
        wide[^bytes..].CopyTo(header.AsSpan(at));
        return WithChunks(chunks => chunks[0] = TestPng.Chunk("IHDR", header));
    }

    private static byte[] WithData(Func<byte[], byte[]> change) =>
        WithChunks(chunks => chunks[1] = TestPng.Chunk("IDAT", change(chunks[1][8..^4])));

    private static byte[] WithPalette(params byte[][] palettes)
    {
        byte[] header = _png.HeaderData();
        header[9] = 3;
        return WithChunks(chunks =>
        {
            chunks[0] = TestPng.Chunk("IHDR", header);
            chunks.InsertRange(1, palettes.Select(palette => TestPng.Chunk("PLTE", palette)));
        });
    }

    private static byte[] WithFilter(byte filter)
    {
        byte[] rows = _png.FilteredRows();
        rows[41 * 29] = filter;
        return rows;
    }

    private static byte[] WithFrame(byte marker, byte[] data) =>
        TestJpeg.Change(_jpeg, (old, segment) => old == 0xC0 ? TestJpeg.Segment(marker, data) : segment);

    private static void Interrupt(List<byte[]> chunks)
    {
        byte[] data = chunks[1][8..^4];
        chunks[1] = TestPng.Chunk("IDAT", data[..20]);
        chunks.Insert(2, TestPng.Chunk("teXt", []));
        chunks.Insert(3, TestPng.Chunk("IDAT", data[20..]));
    }

    private static IEnumerable<byte[]> Many(byte[] part, int count) => Enumerable.Repeat(part, count);
}
