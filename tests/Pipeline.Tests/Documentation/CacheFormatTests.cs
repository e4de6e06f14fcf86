using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChestXray.Pipeline.Tests.Caching;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Documentation;

public sealed partial class CacheFormatTests
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public void The_sample_in_Python_finds_a_record_s_pixels_where_they_are_and_prints_their_mean_where_NumPy_is_installed()
    {
        string sample = Sample().Match(File.ReadAllText(Path.Combine(SharedData.Repository, "docs", "cache-format.md")))
            .Groups[1].Value;
        Assert.InRange(sample.Trim().Split('\n').Length, 3, 5);
        using SmallSet set = new(6);
        set.Prepare();
        string here = sample.Replace("cache/224-u8", set.StoreFolder).Replace("00000013_005", "00000004_000");

        // What its lines say, said here.
        JsonNode[] lines = [.. File.ReadLines(Path.Combine(set.StoreFolder, "manifest.jsonl")).Select(line => JsonNode.Parse(line)!)];
        int number = lines.Last(line => line["name"]?.GetValue<string>() == "00000004_000")["record"]!.GetValue<int>();
        (int shard, int row) = Math.DivRem(number, lines[0]["shard_records"]!.GetValue<int>());
        byte[] npy = File.ReadAllBytes(Path.Combine(set.StoreFolder, $"pixels-{shard:0000}.npy"));
        int first = 10 + BitConverter.ToUInt16(npy, 8), pixels = SmallSet.Layout.Size * SmallSet.Layout.Size;
        Assert.Equal(40.0, npy.AsSpan(first + (row * pixels), pixels).ToArray().Average(level => level));
        if (!File.Exists(Python) || Run("import numpy") != "")
        {
            TestContext.Current.AddWarning($"The sample itself was not run: there is no {Python} with NumPy.");
            return;
        }

        Assert.Equal(40.0, double.Parse(Run(here), CultureInfo.InvariantCulture));
    }

    private static string Run(string program)
    {
        ProcessStartInfo start = new(Python, ["-c", program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd(), error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim() : error;
    }

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sample();
}
