using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChestXray.Kernels.Bench;

/// <summary>
/// One JSON document on this machine: what was checked, the fused pass on CPU and GPU, a copy as its limit, and the peers.
/// </summary>
internal static class GpuReport
{
    private static readonly TimeSpan _peersLimit = TimeSpan.FromMinutes(10);

    /// <param name="path">The file to write.</param>
    /// <param name="quick">Small and untimed, for tests.</param>
    /// <param name="log">Hears what is being done.</param>
    public static void Write(string path, bool quick, TextWriter log)
    {
        using KernelDevice device = KernelDevice.Open();
        log.WriteLine($"device: {device.Name} ({device.Reason})");
        JsonObject report = new()
        {
            ["machine"] = new JsonObject { ["processor"] = Processor(), ["processors"] = Environment.ProcessorCount },
            ["device"] = new JsonObject { ["name"] = device.Name, ["reason"] = device.Reason },
            ["cpu"] = Cpu(quick, log),
            ["gpu"] = device.IsCuda ? Gpu(device, quick, log) : new JsonObject { ["absent"] = device.Reason },
            ["peers"] = quick ? new JsonObject() : Peers(log),
        };
        File.WriteAllText(path, report.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        log.WriteLine($"written: {path}");
    }

    /// <summary>
    /// Checks, then rows: images a second, GB/s read and written, and that as a share of a copy from device to device.
    /// </summary>
    public static JsonObject Gpu(KernelDevice device, bool quick, TextWriter log)
    {
        log.WriteLine("checking every operation ...");
        JsonArray checks = [.. GpuChecks.Run(device, quick).Select(sentence => JsonValue.Create(sentence))];
        double copy = Copy(device, quick ? 1 << 16 : 1L << 30, quick);
        JsonArray rows = [];
        foreach (int size in quick ? new[] { 8 } : [224, 256])
        {
            foreach (int batch in quick ? new[] { 2 } : [32, 256, 2048])
            {
                log.WriteLine($"timing batches of {batch} x {size} x {size} ...");
                rows.Add(Row<float>(device, size, batch, copy, quick));
                rows.Add(Row<BFloat16>(device, size, batch, copy, quick));
            }
        }

        return new JsonObject { ["checks"] = checks, ["copy_gb_per_s"] = copy, ["rows"] = rows };
    }

    private static JsonObject Row<TSample>(KernelDevice device, int size, int batch, double copy, bool quick)
        where TSample : unmanaged
    {
        int records = Math.Max(batch, quick ? 4 : 4096), pixels = size * size;
        using DeviceBuffer source = new(device, (long)records * pixels),
            output = new(device, (long)batch * pixels * Unsafe.SizeOf<TSample>());
        byte[] noise = new byte[pixels];
        for (int i = 0; i < records; i++)
        {
            new Random(i).NextBytes(noise);
            source.CopyFrom<byte>(noise, (long)i * pixels);
        }

        using GpuAugmenter augmenter = new(device, Options(size), batch);
        (int[] numbers, Matrix2x3[] matrices) = Plan(size, batch, records);
        double rate = batch * PerSecond(
            () => augmenter.Run<byte, TSample>(source.Address, records, numbers, matrices, output.Address, (long)batch * pixels),
            () => Wait(output), quick);
        double bytes = rate * pixels * (1 + Unsafe.SizeOf<TSample>()) / 1e9;
        return new JsonObject
        {
            ["size"] = size,
            ["batch"] = batch,
            ["output"] = typeof(TSample).Name,
            ["images_per_s"] = rate,
            ["gb_per_s"] = bytes,
            ["share_of_copy"] = bytes / copy,
        };
    }

    private static JsonObject Cpu(bool quick, TextWriter log)
    {
        int size = quick ? 16 : 224;
        const int Batch = 32;
        (int[] numbers, Matrix2x3[] matrices) = Plan(size, Batch, Batch);
        byte[] records = new byte[Batch * size * size];
        new Random(1).NextBytes(records);
        float[] output = new float[records.Length], reference = new float[records.Length];
        using (CpuAugmenter scalar = new(Options(size) with { Simd = SimdLevel.Scalar }))
            scalar.Run(records, numbers, matrices, reference);
        JsonArray rows = [];
        foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            using CpuAugmenter augmenter = new(Options(size) with { Threads = threads });
            log.WriteLine($"timing {augmenter.Simd} with {threads} threads ...");
            augmenter.Run(records, numbers, matrices, output);
            double error = output.Zip(reference, (a, b) => Math.Abs(a - b)).Max() * Options(size).Deviation.First;
            if (!(error <= 1e-2))
                throw new InvalidOperationException(
                    $"{augmenter.Simd} differs from the scalar body by {error} grey levels; 0.01 is allowed.");
            rows.Add(new JsonObject
            {
                ["simd"] = augmenter.Simd.ToString(),
                ["threads"] = threads,
                ["size"] = size,
                ["images_per_s"] = Batch * PerSecond(() => augmenter.Run(records, numbers, matrices, output), () => { }, quick),
                ["error_in_grey_levels"] = error,
            });
        }

        return new JsonObject { ["rows"] = rows };
    }

    private static JsonNode Peers(TextWriter log)
    {
        string script = Path.Combine("bench", "gpu", "torch_peers.py"), python = Environment.GetEnvironmentVariable("PYTHON")
            ?? "python3";
        if (!File.Exists(script))
            return new JsonObject { ["absent"] = $"{script} is not below the current folder" };
        log.WriteLine("timing PyTorch and torchvision ...");
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(python, script) { RedirectStandardOutput = true })!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(_peersLimit))
                process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return process.ExitCode == 0 ? JsonNode.Parse(output.Result)! : new JsonObject
            {
                ["absent"] = $"{script} ended with code {process.ExitCode}",
            };
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return new JsonObject { ["absent"] = $"{python}: {error.Message}" };
        }
    }

    /// <summary>Bytes read and written by a copy in the device's memory, in GB/s.</summary>
    private static double Copy(KernelDevice device, long bytes, bool quick)
    {
        using DeviceBuffer from = new(device, bytes), to = new(device, bytes);
        return 2 * bytes * PerSecond(() => to.CopyFrom(from, bytes), () => Wait(to), quick) / 1e9;
    }

    /// <summary>How often work is done in a second, started many times before it is waited for; the median of five.</summary>
    private static double PerSecond(Action work, Action wait, bool quick)
    {
        const int Together = 8;
        double[] rates = new double[5];
        TimeSpan each = quick ? TimeSpan.Zero : TimeSpan.FromMilliseconds(300);
        work();
        wait();
        for (int i = 0; i < rates.Length; i++)
        {
            long start = Stopwatch.GetTimestamp(), done = 0;
            do
            {
                for (int k = 0; k < Together; k++)
                    work();
                wait();
                done += Together;
            }
            while (Stopwatch.GetElapsedTime(start) < each);
            rates[i] = done / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(rates);
        return rates[rates.Length / 2];
    }

    private static void Wait(DeviceBuffer buffer)
    {
        Span<byte> one = stackalloc byte[1];
        buffer.CopyTo(one);
    }

    private static (int[] Numbers, Matrix2x3[] Matrices) Plan(int size, int batch, int records)
    {
        RandomGeometry guide = new() { Rotation = 0.2 * Math.PI, Zoom = 0.2 };
        int[] numbers = [.. Enumerable.Range(0, batch).Select(i => (int)(i * 2_654_435_761L % records))];
        return (numbers, [.. numbers.Select((n, i) => guide.Draw(1, i, n, size, size))]);
    }

    private static AugmenterOptions Options(int size) => new()
    {
        SourceHeight = size,
        SourceWidth = size,
        Mean = 139,
        Deviation = 62.5f,
    };

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(
            line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1] ?? "unknown"
        : "unknown";
}
