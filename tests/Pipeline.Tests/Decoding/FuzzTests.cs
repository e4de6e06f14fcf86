using SkiaSharp;

namespace ChestXray.Pipeline.Tests.Decoding;

/// <summary>Thousands of damaged files: a named reason or the reference decoder's pixels, never anything else.</summary>
/// <remarks>
/// CHESTXRAY_FUZZ_FILES sets their number (5,000); a larger number also checks that no file takes a second of processor time
/// (the clock on the wall would count what else the machine does; nothing in the decoders waits). CHESTXRAY_FUZZ_SEED (1)
/// chooses other files. CHESTXRAY_FUZZ_DUMP names a folder for the accepted ones, which bench/peers/compare_decoded.py compares
/// with OpenCV.
/// </remarks>
public sealed class FuzzTests
{
    private const int DefaultFiles = 5_000;
    private const long MemoryBudget = 256L << 20;

    private static readonly HashSet<string> _reasons =
        [.. typeof(DecodeReasons).GetFields().Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void Damaged_files_are_refused_by_name_or_give_the_reference_pixels()
    {
        int files = Setting("CHESTXRAY_FUZZ_FILES", DefaultFiles), accepted = 0;
        TimeSpan slowest = default;
        FileMutator mutator = new(Seeds(), Setting("CHESTXRAY_FUZZ_SEED", 1));
        DecoderOptions limits = new() { MaxPixels = 1 << 22, MaxInflatedBytes = 1 << 25 };
        ImageDecoder[] decoders = [.. Paths(limits)];
        using ImageDecoder draft = new(limits with { Draft = 8 });
        for (int i = 0; i < files; i++)
        {
            byte[] file = mutator.Next();
            TimeSpan start = Environment.CpuUsage.TotalTime;
            bool good = Check(decoders, file, i);
            bool reduced = draft.TryDecode(file, out GreyImage small, out _);
            Assert.True(!reduced || small.Pixels.Length == small.Width * small.Height, $"file {i}: a draft of another size");
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, (Environment.CpuUsage.TotalTime - start).Ticks));
            accepted += good ? 1 : 0;
        }

        TestContext.Current.SendDiagnosticMessage(
            $"{files} files, {accepted} accepted, slowest {slowest.TotalMilliseconds:0} ms");
        Assert.InRange(accepted, files / 100, files / 2);
        Assert.True(files <= DefaultFiles || slowest < TimeSpan.FromSeconds(1), $"a file took {slowest}");
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true), 0, MemoryBudget);
        Array.ForEach(decoders, decoder => decoder.Dispose());
    }

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : fallback;

    private static IEnumerable<ImageDecoder> Paths(DecoderOptions limits)
    {
        yield return new ImageDecoder(limits with { Inflate = InflateLibrary.Runtime, Unfilter = UnfilterPath.Scalar });
        yield return new ImageDecoder(limits);
        yield return new ImageDecoder(limits with { BandBytes = 64 });
        yield return new ImageDecoder(limits with { Inflate = InflateLibrary.Runtime, BandBytes = 0 });
        yield return new ImageDecoder(limits with { Inflate = InflateLibrary.Managed });
    }

    private static List<byte[]> Seeds()
    {
        List<byte[]> seeds = [TestJpeg.Grey(40, 33), TestJpeg.Color(35, 30), TestJpeg.Grey(300, 200, 30),
            TestJpeg.Color(9, 9, 40)];
        foreach ((int type, int depth) in (
            (int, int)[])[(0, 8), (0, 8), (0, 1), (0, 4), (0, 16), (2, 8), (3, 4), (3, 8), (4, 8), (6, 8), (6, 16)])
        {
            seeds.Add(new TestPng(29, 21, type, depth, seeds.Count) { DataChunks = 1 + (seeds.Count % 3) }.Encode());
            seeds.Add(new TestPng(17, 23, type, depth, seeds.Count, interlaced: true).Encode());
        }

        seeds.Add(new TestPng(300, 70, 0, 8).Encode());
        seeds.Add(new TestPng(90, 40, 6, 8).Encode());
        return seeds;
    }

    private static bool Check(ImageDecoder[] decoders, byte[] file, int number)
    {
        bool good = decoders[0].TryDecode(file, out GreyImage image, out ImageFormatException? error);
        foreach (ImageDecoder other in decoders[1..])
        {
            Assert.True(good == other.TryDecode(file, out GreyImage again, out ImageFormatException? otherError),
                $"file {number}: {error} {otherError}");
            Assert.True(!good || again.Pixels.SequenceEqual(image.Pixels), $"file {number}: two paths, two images");
        }

        if (!good)
        {
            Assert.True(_reasons.Contains(error!.Reason), $"file {number}: {error.Reason}");
            return false;
        }

        CompareResized(decoders, file, image, number);
        Dump(file, image, number);
        CompareWithReference(file, image, number);
        return true;
    }

    // Resizing while decoding gives what resizing afterwards does.
    private static void CompareResized(ImageDecoder[] decoders, byte[] file, GreyImage image, int number)
    {
        BilinearResize resize = new(antialias: number % 2 == 0);
        byte[] after = new byte[13 * 11], during = new byte[13 * 11];
        ResizeStatistics expected = resize.ResizeToBytes(image.Pixels, image.Width, image.Height, after, 13, 11);
        foreach (ImageDecoder other in decoders[1..])
        {
            Assert.Equal(expected, other.DecodeResized(file, resize, during, 13, 11));
            Assert.True(during.AsSpan().SequenceEqual(after), $"file {number}: resized differently while it was decoded");
        }
    }

    // A file, its sides (two little-endian numbers of 32 bits), its grey.
    private static void Dump(byte[] file, GreyImage image, int number)
    {
        if (Environment.GetEnvironmentVariable("CHESTXRAY_FUZZ_DUMP") is not string folder)
            return;
        File.WriteAllBytes(Path.Combine(folder, $"{number}.file"), file);
        byte[] grey = [.. BitConverter.GetBytes(image.Width), .. BitConverter.GetBytes(image.Height), .. image.Pixels];
        File.WriteAllBytes(Path.Combine(folder, $"{number}.grey"), grey);
    }

    // Skia's own PNG and JPEG decoders, without any of this project's code between.
    private static void CompareWithReference(byte[] file, GreyImage image, int number)
    {
        ImageColor color = image.Info.Color;
        if (image.Info.Format == ImageFormat.Jpeg ? color != ImageColor.Grey : image.Info.BitDepth == 16)
            return;

        // Out of range, the reference's plain transform wraps around where libjpeg-turbo's vector code, and so TensorFlow,
        // saturates.
        if (image.Info.Format == ImageFormat.Jpeg && image.Pixels.IndexOfAny(byte.MinValue, byte.MaxValue) >= 0)
            return;
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec = SKCodec.Create(data);
        Assert.True(codec is not null, $"file {number} is accepted, and refused by the reference");
        SKImageInfo info = new(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using SKBitmap bitmap = new(info);
        SKCodecResult result = codec.GetPixels(info, bitmap.GetPixels());
        Assert.True(result == SKCodecResult.Success, $"file {number} is accepted, and the reference says {result}");
        ReadOnlySpan<byte> rgba = bitmap.GetPixelSpan();
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            int grey = ((9797 * rgba[4 * i]) + (19234 * rgba[(4 * i) + 1]) + (3737 * rgba[(4 * i) + 2])) >> 15;
            Assert.True(grey == image.Pixels[i], $"file {number}, pixel {i}: {image.Pixels[i]} instead of {grey}");
        }
    }
}
