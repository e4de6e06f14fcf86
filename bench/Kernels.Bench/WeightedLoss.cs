using BenchmarkDotNet.Attributes;

namespace ChestXray.Kernels.Bench;

/// <summary>Weighted binary cross-entropy and its gradient, rows of 14 classes.</summary>
[MemoryDiagnoser]
public class WeightedLoss
{
    private const int Classes = 14;

    private readonly WeightedBce _loss = new(new()
    {
        Classes = Classes,
        PositiveWeights = Enumerable.Range(1, Classes).Select(v => (double)v).ToArray(),
    });

    private float[] _logits = [], _labels = [], _gradient = [];

    [Params(32, 2048)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Start()
    {
        Random random = new(1);
        _logits = [.. Enumerable.Range(0, Rows * Classes).Select(_ => (random.NextSingle() * 8) - 4)];
        _labels = [.. _logits.Select(_ => (float)random.Next(2))];
        _gradient = new float[_logits.Length];
    }

    [Benchmark]
    public double LossAndGradient() => _loss.Run(_logits, _labels, _gradient);
}
