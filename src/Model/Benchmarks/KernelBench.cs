using ChestXray.Kernels;
using ChestXray.Model.Feeding;

namespace ChestXray.Model.Benchmarks;

/// <summary>
/// `bench kernels`: rotate, zoom and standardise 224 x 224 records in batches of 32, beside our scalar body and OpenCV.
/// </summary>
internal static class KernelBench
{
    private const int Size = 224, Records = 256, Batch = 32, Batches = 64;
    private const float Mean = 139, Deviation = 62.5f;
    private const double LargestError = 1e-2;

    private static readonly int[] _numbers = [.. Enumerable.Range(0, Records)];
    private static readonly Matrix2x3[] _matrices =
        [.. _numbers.Select(number => new RandomRotateZoom(0.1 * 2 * Math.PI, 0.2).Draw(0, 0, number, 1, Size))];

    public static BenchmarkReport Run(Bench bench)
    {
        byte[] records = BenchImages.Records(Records, Size);
        ushort[] wide = [.. records.Select(level => (ushort)(level << 8))];
        using CpuAugmenter fast = Make(SimdLevel.Auto, 1), scalar = Make(SimdLevel.Scalar, 1),
            all = Make(SimdLevel.Auto, bench.Options.ThreadCount);
        using CpuAugmenter narrow = Make(fast.Simd == SimdLevel.Avx512 ? SimdLevel.Avx2 : fast.Simd, 1),
            wideRecords = Make(SimdLevel.Auto, 1, 256);
        Check(bench, records, wide, scalar, [fast, narrow, all], wideRecords);

        float[] output = new float[Batch * Size * Size];
        double one = Rate(bench, $"{fast.Simd}, 1 thread", fast, records, output);
        double two = Rate(bench, $"{fast.Simd}, {bench.Options.ThreadCount} threads", all, records, output);
        double avx2 = narrow.Simd == SimdLevel.Avx2 ? Rate(bench, "Avx2, 1 thread", narrow, records, output) : 0;
        Rate(bench, $"{fast.Simd}, 16-bit records, 1 thread", wideRecords, wide, output, Batches / 2);
        double plain = Rate(bench, "scalar, 1 thread", scalar, records, output, Batches / 8);
        bench.Metric("simd_over_scalar", one / plain);
        bench.Metric("threads_over_one", two / one);
        bench.Metric("allocated_bytes_per_batch", Bench.AllocatedBytes(() => Pass(fast, records, output, 0)));
        foreach ((string peer, double rate) in bench.Peers("warp_peers.py", "images/s"))
        {
            bench.Metric($"over_{peer}", one / rate);
            if (avx2 > 0)
                bench.Metric($"avx2_over_{peer}", avx2 / rate);
        }

        return bench.Report($"{Records} made records of {Size} x {Size}, rotated up to 36 degrees, zoomed 0.8 to 1.2, standardised, in batches of {Batch}");
    }

    private static void Check(
        Bench bench, byte[] records, ushort[] wide, CpuAugmenter scalar, CpuAugmenter[] bodies, CpuAugmenter wideRecords)
    {
        float[] reference = new float[Records * Size * Size], output = new float[reference.Length];
        scalar.Run(records, _numbers, _matrices, reference);
        foreach (CpuAugmenter body in bodies)
        {
            body.Run(records, _numbers, _matrices, output);
            double error = Distance(output, reference) * Deviation;
            bench.Check(error <= LargestError, $"{body.Simd} differs from the scalar body by {error:0.0000} of 255 levels; {LargestError} is allowed.");
        }

        wideRecords.Run(wide, _numbers, _matrices, output);
        double wideError = Distance(output, reference) * Deviation;
        bench.Check(wideError <= LargestError, $"16-bit records differ from 8-bit ones by {wideError:0.0000} of 255 levels; {LargestError} is allowed.");
    }

    /// <summary>Batches as training makes them: ever other records, one buffer to write into.</summary>
    private static double Rate<T>(
        Bench bench, string name, CpuAugmenter augmenter, T[] records, float[] output, int batches = Batches)
        where T : unmanaged => bench.Rate(name, "images/s", batches * Batch, () =>
        {
            for (int batch = 0; batch < batches; batch++)
                Pass(augmenter, records, output, batch * Batch % Records);
        });

    private static void Pass<T>(CpuAugmenter augmenter, T[] records, float[] output, int first)
        where T : unmanaged => augmenter.Run(records, _numbers.AsSpan(first, Batch), _matrices.AsSpan(first, Batch), output);

    private static CpuAugmenter Make(SimdLevel level, int threads, float unit = 1) => new(new()
    {
        SourceHeight = Size,
        SourceWidth = Size,
        Mean = Mean * unit,
        Deviation = Deviation * unit,
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
