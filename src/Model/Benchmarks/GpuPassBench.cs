using System.Runtime.CompilerServices;
using ChestXray.Kernels;

namespace ChestXray.Model.Benchmarks;

/// <summary>Part (c): bytes a second of the fused pass, as a share of a copy within the device in the same run.</summary>
internal static class GpuPassBench
{
    private const int Together = 8;

    public static void Run(Bench bench, GpuTarget target)
    {
        using KernelDevice device = target.OpenKernels();
        double copy = Copy(bench, device, target.IsQuick ? 1 << 16 : 1L << 30);
        foreach (int size in target.IsQuick ? new[] { 8 } : [224, 256])
        {
            foreach (int batch in target.IsQuick ? new[] { 2 } : [32, 256, 2048])
            {
                Row<float>(bench, device, size, batch, copy, target.IsQuick);
                Row<BFloat16>(bench, device, size, batch, copy, target.IsQuick);
            }
        }

        if (!target.IsQuick)
            bench.Peers("torch_peers.py", "images/s");
    }

    private static void Row<TSample>(Bench bench, KernelDevice device, int size, int batch, double copy, bool isQuick)
        where TSample : unmanaged
    {
        int records = Math.Max(batch, isQuick ? 4 : 4096), pixels = size * size;
        string type = typeof(TSample).Name, name = $"{batch} x {size} x {size} to {type}";
        using DeviceBuffer source = new(device, (long)records * pixels),
        output = new(device, (long)batch * pixels * Unsafe.SizeOf<TSample>());
        byte[] noise = new byte[pixels];
        for (int i = 0; i < records; i++)
        {
            new Random(i).NextBytes(noise);
            source.CopyFrom<byte>(noise, (long)i * pixels);
        }

        AugmenterOptions options = new() { SourceHeight = size, SourceWidth = size, Mean = 139, Deviation = 62.5f };
        RandomGeometry guide = new() { Rotation = 0.2 * Math.PI, Zoom = 0.2 };
        int[] numbers = [.. Enumerable.Range(0, batch).Select(i => (int)(i * 2_654_435_761L % records))];
        Matrix2x3[] matrices = [.. numbers.Select((number, i) => guide.Draw(1, i, number, size, size))];
        byte[] written = new byte[batch * AugmentPlan.SampleBytes];
        bool isPlain = new AugmentPlan(options).Write(records, numbers, matrices, [], written);
        using DeviceBuffer plan = new(device, written.Length);
        plan.CopyFrom<byte>(written);
        using GpuAugmenter augmenter = new(device, options, batch);
        double rate = bench.Rate(name, "images/s", Together * batch, () =>
        {
            for (int i = 0; i < Together; i++)
            {
                augmenter.Launch<byte, TSample>(
                    source.Address, records, plan.Address, batch, isPlain, output.Address, (long)batch * pixels);
            }

            Wait(output);
        });
        double bytes = rate * pixels * (1 + Unsafe.SizeOf<TSample>());
        bench.Metric($"share_of_copy_{size}_{batch}_{type}", bytes / copy);
    }

    /// <summary>Bytes read and written a second by a copy in the device's memory.</summary>
    private static double Copy(Bench bench, KernelDevice device, long bytes)
    {
        using DeviceBuffer from = new(device, bytes), to = new(device, bytes);
        return 1e9 * bench.Rate("limit: a copy within the device, read and written", "GB/s", 2e-9 * Together * bytes, () =>
        {
            for (int i = 0; i < Together; i++)
                to.CopyFrom(from, bytes);
            Wait(to);
        });
    }

    private static void Wait(DeviceBuffer buffer)
    {
        Span<byte> one = stackalloc byte[1];
        buffer.CopyTo(one);
    }
}
