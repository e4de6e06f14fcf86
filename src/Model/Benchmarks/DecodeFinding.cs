using System.Diagnostics;
using ChestXray.Pipeline;

namespace ChestXray.Model.Benchmarks;

/// <summary>
/// A second of decoding made images, for `doctor`: what inflates here, what a faster library would bring, what would bind.
/// </summary>
internal static class DecodeFinding
{
    private const int Images = 4;
    private static readonly TimeSpan _time = TimeSpan.FromSeconds(0.4);

    public static IEnumerable<(string Name, string Found, string Advice)> Lines((double Cold, double Warm)? disk)
    {
        using TemporaryPhantoms phantoms = new();
        byte[][] files = [.. DataSetIndex.Read(phantoms.Make(Images)).ReadSample(Images)];
        using ImageDecoder decoder = new();
        Dictionary<InflateLibrary, double> inflates = [];
        foreach (InflateLibrary library in Enum.GetValues<InflateLibrary>()[1..^1])
        {
            if (InflateRate(files, library) is { } rate)
                inflates.Add(library, rate);
        }

        double inflate = inflates[decoder.InflateLibrary];
        using PairDecoder pairs = new();
        double alone = Rate(files.Length, () => Array.ForEach(files, file => decoder.Decode(file)));
        double decode = Rate(files.Length, () => pairs.Decode(files, static (int index, in GreyImage image, ImageFormatException? error) => { }));
        string rates = string.Join(", ", inflates.Select(pair => $"{pair.Key} {pair.Value:N0}"));
        yield return ("inflate", $"{decoder.InflateLibrary}; made 1024 x 1024 images a second and thread: {rates}",
            Advice(inflates));
        double binding = decode * Environment.ProcessorCount, megabytes = binding * files.Average(file => file.Length) / 1e6;
        yield return (
            "decoding",
            $"{alone:N0} such images a second and thread, {inflate / alone:0.00} times inflate's time, and {decode:N0} two at a time, as in preparation; on {Environment.ProcessorCount} threads " +
            $"decoding binds as long as the disk reads {megabytes:N0} MB/s", "");
        if (disk is not { } reads)
        {
            yield return ("disk rate", "not measured: a temporary file here can't be written, or stays in memory whatever the system is told", "");
            yield break;
        }

        double share = megabytes * 1e6 / reads.Cold;
        yield return (
            "disk rate",
            $"{reads.Cold / 1e6:N0} MB/s, a temporary file of up to 128 MiB here, read after the system was told to forget it ({reads.Warm / 1e6:N0} MB/s from memory); " +
            $"decoding as above takes {share:P0} of that",
            share > 1 ? "images on this disk bind the preparation; a faster one helps more than more processors" : "");
    }

    private static string Advice(Dictionary<InflateLibrary, double> inflates)
    {
        // Two at a time, what is installed matters to colour images only.
        if (inflates.ContainsKey(InflateLibrary.IsaL) || inflates.ContainsKey(InflateLibrary.Managed))
            return "";
        string gain = inflates.ContainsKey(InflateLibrary.LibDeflate) ? "1.1 to 1.4" : "2";
        return $"ISA-L (Debian's libisal2) inflated radiographs {gain} times as fast where it was measured" +
            (inflates.ContainsKey(InflateLibrary.LibDeflate) ? "" : "; libdeflate0 helps, too");
    }

    private static double? InflateRate(byte[][] files, InflateLibrary library)
    {
        try
        {
            using InflateProbe probe = new(files, library);
            return Rate(files.Length, probe.Run);
        }
        catch (PlatformNotSupportedException)
        {
            return null;
        }
    }

    // The fastest pass: the first ones are compiled anew while they run.
    private static double Rate(int images, Action pass)
    {
        double fastest = double.MaxValue;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < _time;)
        {
            long begin = Stopwatch.GetTimestamp();
            pass();
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        return images / fastest;
    }
}
