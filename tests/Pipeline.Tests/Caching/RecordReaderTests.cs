using System.Runtime.InteropServices;
using ChestXray.Pipeline.Tests.Decoding;
using ChestXray.Pipeline.Tests.Phantoms;

namespace ChestXray.Pipeline.Tests.Caching;

public sealed class RecordReaderTests
{
    [Theory]
    [InlineData(PixelType.U8, false, false)]
    [InlineData(PixelType.U16, false, false)]
    [InlineData(PixelType.U8, true, false)]
    [InlineData(PixelType.U8, false, true)]
    public void Records_are_those_of_the_decoder_and_the_resize_and_broken_files_are_named(PixelType pixels, bool antialias, bool draft)
    {
        using TemporaryFolder folder = new();
        StoreLayout layout = new(24, pixels, antialias, draft);
        string[] paths = Write(folder.Path);
        using RecordReader reader = new(layout);
        using ImageDecoder decoder = new(new() { Draft = draft ? 24 : 0 });
        BilinearResize resize = new(antialias: antialias);
        for (int round = 0; round < 2; round++)
        {
            int[] seen = new int[paths.Length];
            reader.Read(paths, 1, paths.Length - 2, (index, record, error) =>
            {
                seen[index]++;
                byte[] file = File.Exists(paths[index]) ? File.ReadAllBytes(paths[index]) : [];
                byte[] expected = new byte[layout.RecordBytes];
                try
                {
                    if (pixels == PixelType.U16)
                        decoder.DecodeResized(file, resize, MemoryMarshal.Cast<byte, ushort>(expected.AsSpan()), 24, 24);
                    else
                        decoder.DecodeResized(file, resize, expected, 24, 24);
                }
                catch (ImageFormatException)
                {
                    Assert.NotNull(error);
                    Assert.True(record.IsEmpty);
                    return;
                }

                Assert.Null(error);
                Assert.True(record.SequenceEqual(expected), $"{paths[index]} has another record");
            });
            Assert.Equal([0, .. Enumerable.Repeat(1, paths.Length - 2), 0], seen);
        }
    }

    [Fact]
    public void A_missing_file_is_named_and_the_others_are_read()
    {
        using TemporaryFolder folder = new();
        string[] paths = Write(folder.Path);
        using RecordReader reader = new(new(24));
        Dictionary<int, ImageFormatException?> heard = [];
        reader.Read(paths, 0, paths.Length, (index, _, error) => heard.Add(index, error));
        Assert.Equal(paths.Length, heard.Count);
        ImageFormatException missing = Assert.Single(heard.Values, error => error?.Reason == DecodeReasons.MissingFile)!;
        Assert.Contains("missing.png", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_are_not_in_the_list_are_refused()
    {
        using RecordReader reader = new(new(24));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(["a.png"], 1, 1, (_, _, _) => Assert.Fail()));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(["a.png"], -1, 1, (_, _, _) => Assert.Fail()));
        Assert.Throws<DataSetException>(() => new RecordReader(new(0)));
    }

    private static string[] Write(string folder)
    {
        List<(string Name, byte[] File)> files = [];
        foreach ((int width, int height) in ((int, int)[])[(300, 70), (29, 21), (64, 200), (400, 300), (1, 1), (500, 333)])
            files.Add(($"grey-{width}.png", new TestPng(width, height, 0, 8, files.Count).Encode()));
        files.Add(("colour.png", new TestPng(90, 40, 6, 8).Encode()));
        files.Add(("photograph.jpg", TestJpeg.Grey(120, 133)));
        files.Add(("cut.png", files[3].File[..^300]));
        files.Add(("empty.png", []));
        files.Add(("last.png", new TestPng(250, 250, 0, 8).Encode()));
        Directory.CreateDirectory(folder);
        foreach ((string name, byte[] file) in files)
            File.WriteAllBytes(Path.Combine(folder, name), file);
        List<string> paths = [.. files.Select(file => Path.Combine(folder, file.Name))];
        paths.Insert(5, Path.Combine(folder, "missing.png"));
        return [.. paths];
    }
}
