using ChestXray.Pipeline;

namespace ChestXray.Model.Benchmarks;

/// <summary>`bench decode`: file bytes to grey pixels and to records, beside pure inflate's libraries and Python's decoders.</summary>
internal static class DecodeBench
{
    private const int MostImages = 48;

    public static BenchmarkReport Run(Bench bench)
    {
        using TemporaryPhantoms phantoms = new();
        DataSetIndex index = BenchImages.Index(bench.Options.DataFolder, phantoms);
        byte[][] files = [.. index.ReadSample(MostImages)];
        string[] paths = phantoms.Keep(files);
        using ImageDecoder fast = new(), scalar = new(new() { Unfilter = UnfilterPath.Scalar, Inflate = InflateLibrary.Runtime });
        foreach (byte[] file in files)
        {
            GreyImage image = fast.Decode(file);
            bool equal = image.Pixels.SequenceEqual(scalar.Decode(file).Pixels);
            if (!equal)
                bench.Check(false, $"File {Array.IndexOf(files, file)}: the fast path gives the plain path's pixels.");
        }

        bench.Check(true, $"The fast path gives the plain path's pixels on all {files.Length} files.");
        double rate = bench.Rate($"grey pixels, {fast.InflateLibrary}, 1 thread", "images/s", files.Length, () => DecodeAll(fast, files));
        foreach (InflateLibrary library in new[] { InflateLibrary.IsaL, InflateLibrary.LibDeflate, InflateLibrary.Runtime })
            TimeLibrary(bench, library, fast.InflateLibrary, files);
        bench.Rate("grey pixels, plain path, 1 thread", "images/s", files.Length, () => DecodeAll(scalar, files));
        BilinearResize resize = new();
        byte[] record = new byte[224 * 224];
        double records = bench.Rate("224 x 224 records, 1 thread", "images/s", files.Length, () => ResizeAll(fast, resize, files, record));
        double many = bench.Rate(
            $"224 x 224 records, {bench.Options.ThreadCount} threads", "images/s", files.Length * bench.Options.ThreadCount,
            () => Parallel.For(0, bench.Options.ThreadCount, _ => ResizeOwn(files)));
        bench.Metric("record_over_grey", records / rate);
        bench.Metric("threads_over_one", many / records);
        bench.Metric("allocated_bytes_per_image", Bench.AllocatedBytes(() => ResizeAll(fast, resize, files, record)) / files.Length);
        foreach ((string peer, double peerRate) in bench.Peers("decode_peers.py", "images/s", paths))
            bench.Metric($"over_{peer}", rate / peerRate);
        double megabytes = files.Average(file => (double)file.Length) / 1e6;
        return bench.Report($"{files.Length} files of {megabytes:0.000} MB on average ({bench.Options.DataFolder ?? "made"}), read before timing");
    }

    private static void TimeLibrary(Bench bench, InflateLibrary library, InflateLibrary taken, byte[][] files)
    {
        if (library == taken)
            return;
        try
        {
            using ImageDecoder decoder = new(new() { Inflate = library });
            bench.Rate($"grey pixels, {library}, 1 thread", "images/s", files.Length, () => DecodeAll(decoder, files));
        }
        catch (PlatformNotSupportedException)
        {
            bench.Absent($"inflate by {library}: the library does not load on this machine");
        }
    }

    private static void DecodeAll(ImageDecoder decoder, byte[][] files)
    {
        foreach (byte[] file in files)
            decoder.Decode(file);
    }

    private static void ResizeAll(ImageDecoder decoder, BilinearResize resize, byte[][] files, byte[] record)
    {
        foreach (byte[] file in files)
        {
            GreyImage image = decoder.Decode(file);
            resize.ResizeToBytes(image.Pixels, image.Width, image.Height, record, 224, 224);
        }
    }

    private static void ResizeOwn(byte[][] files)
    {
        using ImageDecoder decoder = new();
        ResizeAll(decoder, new(), files, new byte[224 * 224]);
    }
}
