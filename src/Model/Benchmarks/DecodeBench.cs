using System.Runtime.InteropServices;
using ChestXray.Model.Networks;
using ChestXray.Pipeline;
using SkiaSharp;

namespace ChestXray.Model.Benchmarks;

/// <summary>
/// `bench decode`: file bytes to grey pixels and to records, beside pure inflate and other programs' decoders, in turns.
/// </summary>
internal static class DecodeBench
{
    private const int MostImages = 48;
    private const int Size = 224;
    private const int Quality = 90;
    private const int SpinSteps = 60_000_000;
    private const string NetVipsVariable = "CHESTXRAY_NETVIPS_PEER";
    private static readonly InflateLibrary[] _libraries =
        [InflateLibrary.IsaL, InflateLibrary.LibDeflate, InflateLibrary.Managed, InflateLibrary.Runtime];
    private static ulong _spun;

    public static BenchmarkReport Run(Bench bench)
    {
        using TemporaryPhantoms phantoms = new();
        DataSetIndex index = BenchImages.Index(bench.Options.DataFolder, phantoms);
        byte[][] files = [.. index.ReadSample(MostImages)];
        using ImageDecoder fast = new(), scalar = new(new() { Unfilter = UnfilterPath.Scalar, Inflate = InflateLibrary.Runtime });
        byte[][] jpegs = [.. files.Select(file => Check(bench, fast, scalar, file))];
        using (PairDecoder checkedPairs = new())
        {
            checkedPairs.Decode(files, (int index, in GreyImage image, ImageFormatException? error) =>
            {
                Refuse(error);
                if (!image.Pixels.SequenceEqual(scalar.Decode(files[index]).Pixels))
                    bench.Check(false, $"Two files at a time give the plain path's pixels of a file of {files[index].Length:N0} bytes.");
            });
        }

        bench.Check(true, $"The fast path, one and two files at a time, gives the plain path's pixels on all {files.Length} files.");

        Rounds rounds = new(bench, "images/s");
        AddLibraries(bench, rounds, files);
        rounds.Add("grey", "grey pixels, the best library for each file, 1 thread", files.Length, () => DecodeAll(fast, files));
        rounds.Add("plain", "grey pixels, plain path, 1 thread", files.Length, () => DecodeAll(scalar, files));
        using PairDecoder pairs = new();
        rounds.Add("pairs", "grey pixels, two files at a time, 1 thread", files.Length, () => DecodePairs(pairs, files));
        BilinearResize resize = new(), smooth = new(antialias: true);
        byte[] record = new byte[Size * Size];
        int threads = bench.Options.ThreadCount;
        rounds.Add("record", "224 x 224 records, 1 thread", files.Length, () => ResizeAll(fast, resize, files, record));
        rounds.Add("antialias", "224 x 224 records with antialias, 1 thread", files.Length,
            () => ResizeAll(fast, smooth, files, record));
        byte[] records = new byte[files.Length * Size * Size];
        rounds.Add("pair records", "224 x 224 records, two files at a time, 1 thread", files.Length,
            () => ResizePairs(pairs, files, records));
        AddTogether(rounds, "pair threads", $"224 x 224 records, two files at a time on each of {threads} threads", files.Length, threads,
            () => MakePairWork(files));
        AddTogether(rounds, "threads", $"224 x 224 records, {threads} threads", files.Length, threads,
            () => MakeRecordWork(files));
        AddTogether(rounds, "inflate threads", $"inflate alone, {threads} threads", files.Length, threads,
            () => new InflateProbe(files).Run);
        rounds.Add("spin", "limit: additions in registers, 1 thread", files.Length, Spin);
        AddTogether(rounds, "spin threads", $"limit: additions in registers, {threads} threads", files.Length, threads, () => Spin);
        using ImageDecoder draft = new(new() { Draft = Size });
        rounds.Add("jpeg", $"JPEG (quality {Quality}) to grey pixels, 1 thread", files.Length, () => DecodeAll(fast, jpegs));
        rounds.Add("draft", $"JPEG at 1/2 to 1/8 (--draft, {Size}), 1 thread", files.Length, () => DecodeAll(draft, jpegs));
        byte[] skia = new byte[Size];
        if (bench.Options.Peers)
            rounds.Add("skia", $"peer: SkiaSharp {typeof(SKCodec).Assembly.GetName().Version}", files.Length,
                () => SkiaAll(files, ref skia));
        using PeerProcess? vips = NetVipsPeer(bench, phantoms, rounds, files), png = Peers(bench, phantoms, rounds, "", files),
            jpeg = Peers(bench, phantoms, rounds, "JPEG, ", jpegs);
        rounds.Run(Math.Max(3, bench.Options.Repeats));
        Ratios(rounds, fast.InflateLibrary);
        bench.Metric("allocated_bytes_per_image", Bench.AllocatedBytes(
            () => ResizeAll(fast, resize, files, record)) / files.Length);
        bench.Metric("allocated_bytes_per_image_in_pairs", Bench.AllocatedBytes(
            () => ResizePairs(pairs, files, records)) / files.Length);
        double megabytes = files.Average(file => (double)file.Length) / 1e6;
        return bench.Report(
            $"{files.Length} files of {megabytes:0.000} MB on average ({bench.Options.DataName}), read before timing; contestants take turns");
    }

    /// <summary>Threads that each do work of their own at the same time.</summary>
    private static void AddTogether(Rounds rounds, string key, string name, int units, int threads, Func<Action> makeWork)
    {
        Action[] works = [.. Enumerable.Range(0, threads).Select(_ => makeWork())];
        rounds.Add(key, name, units * threads, () => Threads.Run(threads, part => works[part]()));
    }

    private static void AddLibraries(Bench bench, Rounds rounds, byte[][] files)
    {
        foreach (InflateLibrary library in _libraries)
        {
            try
            {
                ImageDecoder decoder = new(new() { Inflate = library });
                InflateProbe probe = new(files, library);
                rounds.Add($"grey {library}", $"grey pixels, {library}, 1 thread", files.Length, () => DecodeAll(decoder, files));
                if (probe.Files == files.Length)
                    rounds.Add($"inflate {library}", $"inflate alone, {library}, 1 thread", files.Length, probe.Run);
            }
            catch (PlatformNotSupportedException)
            {
                bench.Absent($"inflate by {library}: the library does not load on this machine");
            }
        }
    }

    private static void Ratios(Rounds rounds, InflateLibrary best)
    {
        foreach (InflateLibrary library in _libraries)
        {
            string name = library.ToString().ToLowerInvariant();
            rounds.Ratio($"over_opencv_{name}", $"grey {library}", "opencv");
            rounds.Ratio($"inflate_over_grey_{name}", $"inflate {library}", $"grey {library}");
        }

        rounds.Ratio("over_opencv", "grey", "opencv");
        rounds.Ratio("pairs_over_opencv", "pairs", "opencv");
        rounds.Ratio("pairs_over_runtime", "pairs", "grey Runtime");
        rounds.Ratio("pairs_over_one", "pairs", "grey");
        rounds.Ratio("pair_record_over_pairs", "pair records", "pairs");
        rounds.Ratio("pair_threads_over_one", "pair threads", "pair records");
        rounds.Ratio("over_skiasharp", "grey", "skia");
        rounds.Ratio("over_pillow", "grey", "pillow");
        rounds.Ratio("record_over_grey", "record", "grey");
        rounds.Ratio("antialias_over_grey", "antialias", "grey");
        rounds.Ratio("over_netvips", "grey", "netvips");
        rounds.Ratio("threads_over_one", "threads", "record");
        rounds.Ratio("inflate_threads_over_one", "inflate threads", $"inflate {best}");
        rounds.Ratio("spin_threads_over_one", "spin threads", "spin");
        rounds.Ratio("jpeg_over_opencv", "jpeg", "JPEG, opencv");
        rounds.Ratio("draft_over_opencv", "draft", "JPEG, opencv");
        rounds.Ratio("draft_over_opencv_reduced", "draft", "JPEG, opencv_reduced");
    }

    private static Action MakeRecordWork(byte[][] files)
    {
        ImageDecoder decoder = new();
        BilinearResize resize = new();
        byte[] record = new byte[Size * Size];
        return () => ResizeAll(decoder, resize, files, record);
    }

    private static Action MakePairWork(byte[][] files)
    {
        PairDecoder decoder = new();
        byte[] records = new byte[files.Length * Size * Size];
        return () => ResizePairs(decoder, files, records);
    }

    // About as long as decoding takes; what threads gain here is what the machine has to give.
    private static void Spin()
    {
        ulong state = 1;
        for (int i = 0; i < SpinSteps; i++)
            state = (state * 6364136223846793005) + 1442695040888963407;
        _spun = state;
    }

    private static PeerProcess? NetVipsPeer(Bench bench, TemporaryPhantoms folder, Rounds rounds, byte[][] files)
    {
        if (!bench.Options.Peers)
            return null;
        if (Environment.GetEnvironmentVariable(NetVipsVariable) is not { Length: > 0 } program)
        {
            bench.Absent($"netvips: build bench/NetVipsPeer and name its program in {NetVipsVariable}");
            return null;
        }

        PeerProcess peer = PeerProcess.Start(program, folder.Keep("vips", files));
        rounds.Add("", peer);
        return peer;
    }

    private static PeerProcess? Peers(Bench bench, TemporaryPhantoms folder, Rounds rounds, string prefix, byte[][] files)
    {
        if (!bench.Options.Peers)
            return null;
        string[] paths = folder.Keep(prefix.Length == 0 ? "png" : "jpeg", files);
        PeerProcess peers = PeerProcess.Start(
            "decode_peers.py", Path.GetDirectoryName(paths[0])!, prefix.Length == 0 ? null : ("REDUCED", "4"), paths);
        rounds.Add(prefix, peers);
        return peers;
    }

    /// <returns>The same picture as a JPEG.</returns>
    private static byte[] Check(Bench bench, ImageDecoder fast, ImageDecoder scalar, byte[] file)
    {
        GreyImage image = fast.Decode(file);
        if (!image.Pixels.SequenceEqual(scalar.Decode(file).Pixels))
            bench.Check(false, $"The fast path gives the plain path's pixels of a file of {file.Length:N0} bytes.");
        using SKBitmap bitmap = new(new SKImageInfo(image.Width, image.Height, SKColorType.Gray8));
        for (int y = 0; y < image.Height; y++)
            image.Pixels.Slice(y * image.Width, image.Width).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
        using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return jpeg.ToArray();
    }

    private static void DecodeAll(ImageDecoder decoder, byte[][] files)
    {
        foreach (byte[] file in files)
            decoder.Decode(file);
    }

    private static void DecodePairs(PairDecoder decoder, byte[][] files) =>
        decoder.Decode(files, static (int index, in GreyImage image, ImageFormatException? error) => Refuse(error));

    private static void ResizePairs(PairDecoder decoder, byte[][] files, byte[] records) =>
        decoder.DecodeResized(files, antialias: false, records, Size, Size, static (index, statistics, error) => Refuse(error));

    private static void Refuse(ImageFormatException? error)
    {
        if (error is not null)
            throw error;
    }

    // As people call it: 8-bit grey is asked for where the file is grey, colour is converted.
    private static void SkiaAll(byte[][] files, ref byte[] pixels)
    {
        foreach (byte[] file in files)
        {
            using SKData data = SKData.CreateCopy(file);
            using SKCodec codec = SKCodec.Create(data);
            SKImageInfo info = new(codec.Info.Width, codec.Info.Height, SKColorType.Gray8, SKAlphaType.Opaque);
            if (pixels.Length < info.BytesSize)
                pixels = new byte[info.BytesSize];
            GCHandle pinned = GCHandle.Alloc(pixels, GCHandleType.Pinned);
            codec.GetPixels(info, pinned.AddrOfPinnedObject());
            pinned.Free();
        }
    }

    internal static void ResizeAll(ImageDecoder decoder, BilinearResize resize, byte[][] files, byte[] record)
    {
        foreach (byte[] file in files)
            decoder.DecodeResized(file, resize, record, Size, Size);
    }
}
