using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ChestXray.Pipeline.Tests.Caching;
using ChestXray.Tests;

namespace ChestXray.Pipeline.Tests.Documentation;

public sealed partial class CacheFormatTests
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public void The_sample_in_Python_prints_a_record_s_mean()
    {
        Assert.SkipUnless(File.Exists(Python) && Run("import numpy") == "", $"needs {Python} with NumPy");
        string sample = Sample().Match(File.ReadAllText(Path.Combine(SharedData.Repository, "docs", "cache-format.md")))
            .Groups[1].Value;
        Assert.InRange(sample.Trim().Split('\n').Length, 3, 5);
        using SmallSet set = new(6);
        set.Prepare();
        string here = sample.Replace("cache/224-u8", set.StoreFolder).Replace("00000013_005", "00000004_000");

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
