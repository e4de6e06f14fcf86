using BenchmarkDotNet.Attributes;

namespace ChestXray.Kernels.Bench;

/// <summary>
/// A batch of 32 records of 224 x 224 bytes, rotated, zoomed, standardised to float32: the work of `bench/peers/warp_peers.py`.
/// </summary>
[MemoryDiagnoser]
public class FusedPass
{
    private const int Size = 224, Batch = 32;

    private readonly byte[] _records = new byte[Batch * Size * Size];
    private readonly int[] _numbers = [.. Enumerable.Range(0, Batch)];
    private readonly Matrix2x3[] _matrices = new Matrix2x3[Batch], _identities = new Matrix2x3[Batch];
    private readonly float[] _output = new float[Batch * Size * Size];
    private CpuAugmenter? _augmenter;

    [Params(SimdLevel.Avx512, SimdLevel.Avx2, SimdLevel.Scalar)]
    public SimdLevel Simd { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Start()
    {
        new Random(1).NextBytes(_records);
        RandomGeometry guide = new() { Rotation = 0.2 * Math.PI, Zoom = 0.2 };
        for (int i = 0; i < Batch; i++)
            (_matrices[i], _identities[i]) = (guide.Draw(1, 0, i, Size, Size), Matrix2x3.Identity);
        _augmenter = new CpuAugmenter(new() { SourceHeight = Size, SourceWidth = Size, Mean = 120, Deviation = 60, Simd = Simd, Threads = Threads });
    }

    [GlobalCleanup]
    public void End() => _augmenter?.Dispose();

    [Benchmark(OperationsPerInvoke = Batch)]
    public void RotateZoomStandardise() => _augmenter!.Run(_records, _numbers, _matrices, _output);

    [Benchmark(OperationsPerInvoke = Batch)]
    public void StandardiseOnly() => _augmenter!.Run(_records, _numbers, _identities, _output);
}
