using ChestXray.Kernels;
using ChestXray.Model.Feeding;

namespace ChestXray.Model.Benchmarks;

/// <summary>`bench kernels`: rotate, zoom and standardise 224 x 224 records, beside our scalar reference and OpenCV.</summary>
internal static class KernelBench
{
    private const int Size = 224;
    private const int Records = 256;
    private const double LargestError = 1e-2;

    public static BenchmarkReport Run(Bench bench)
    {
        byte[] records = BenchImages.Records(Records, Size);
        int[] numbers = [.. Enumerable.Range(0, Records)];
        RandomRotateZoom geometry = new(0.1 * 2 * Math.PI, 0.2);
        Matrix2x3[] matrices = [.. numbers.Select(number => geometry.Draw(0, 0, number, 1, Size))];
        float[] output = new float[Records * Size * Size], reference = new float[output.Length];
        using CpuAugmenter fast = Make(SimdLevel.Auto, 1), scalar = Make(SimdLevel.Scalar, 1), all = Make(SimdLevel.Auto, bench.Options.ThreadCount);

        scalar.Run(records, numbers, matrices, reference);
        fast.Run(records, numbers, matrices, output);
        double error = Distance(output, reference) * Deviation;
        bench.Check(error <= LargestError, $"{fast.Simd} differs from the scalar path by {error:0.0000} of 255 levels; {LargestError} is allowed.");
        all.Run(records, numbers, matrices, output);
        bench.Check(Distance(output, reference) * Deviation <= LargestError, $"{bench.Options.ThreadCount} threads give the same within that bound.");

        double one = bench.Rate($"{fast.Simd}, 1 thread", "images/s", Records, () => fast.Run(records, numbers, matrices, output));
        double many = bench.Rate($"{fast.Simd}, {bench.Options.ThreadCount} threads", "images/s", Records, () => all.Run(records, numbers, matrices, output));
        int few = Records / 8;
        double plain = bench.Rate("scalar, 1 thread", "images/s", few, () => scalar.Run(records, numbers.AsSpan(0, few), matrices.AsSpan(0, few), output));
        bench.Metric("simd_over_scalar", one / plain);
        bench.Metric("threads_over_one", many / one);
        bench.Metric("allocated_bytes_per_batch", Bench.AllocatedBytes(() => fast.Run(records, numbers, matrices, output)));
        foreach ((string peer, double rate) in bench.Peers("warp_peers.py", "images/s"))
            bench.Metric($"over_{peer}", one / rate);
        return bench.Report($"{Records} made records of {Size} x {Size}, rotated up to 36 degrees, zoomed 0.8 to 1.2, standardised");
    }

    private const float Deviation = 62.5f;

    private static CpuAugmenter Make(SimdLevel level, int threads) => new(new()
    {
        SourceHeight = Size,
        SourceWidth = Size,
        Mean = 139,
        Deviation = Deviation,
        Simd = level,
        Threads = threads,
    });

    private static double Distance(float[] left, float[] right)
    {
        double largest = 0;
        for (int i = 0; i < left.Length; i++)
            largest = Math.Max(largest, Math.Abs((double)left[i] - right[i]));
        return largest;
    }
}
