using ChestXray.Model.Networks;
using static TorchSharp.torch;

namespace ChestXray.Model.Tests.Networks;

/// <summary>A DenseNet of a few thousand values.</summary>
internal static class SmallDense
{
    public static DenseNetworkShape Shape { get; } = new("small", 16, 16, 2, 3);

    public static DenseNetwork Make(ulong seed = 1, int channels = 1, ScalarType type = ScalarType.Float32) =>
        new(Shape, channels, seed, type);

    public static Tensor Images(int count, int channels = 1, int size = 40, ScalarType type = ScalarType.Float32) =>
        randn([count, channels, size, size], type, generator: new Generator(5));

    public static float[] Labels(int count) => [.. Enumerable.Range(0, count * 14).Select(i => i % 3 == 0 ? 1f : 0f)];
}
