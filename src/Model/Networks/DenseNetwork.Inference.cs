using ChestXray.Model.Networks.Convolutions;
using ChestXray.Model.Networks.Dense;
using TorchSharp;
using static ChestXray.Model.Networks.TensorMemory;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ChestXray.Model.Networks;

/// <content>The network where nothing in front of the classifier learns: all but the first convolution is our own.</content>
public sealed unsafe partial class DenseNetwork
{
    private IDenseInference? _inference;

    /// <summary>The rectified maps behind the last batch norm, which nothing can be learned through.</summary>
    private Tensor ExtractFixed(Tensor images)
    {
        using IDisposable noGradient = no_grad();
        _inference ??= MakeInference(_passThreads);
        using DisposeScope scope = NewDisposeScope();
        Tensor x = F.conv2d(Spread(images), Value("features.conv0.weight"), strides: [2, 2], padding: [3, 3]);
        using Tensor first = x.permute(0, 2, 3, 1).contiguous();
        MapPlane plane = Plane(first), maps = default;
        Tensor memory = Room(plane.Images, (plane.Height + 1) / 2, (plane.Width + 1) / 2, _shape.Outputs(0), out maps);
        _inference.Stem(plane, Fixed("features.norm0"), maps);
        for (int block = 0; ; block++)
        {
            for (int layer = 0; layer < _shape.Layers[block]; layer++)
            {
                string name = $"features.denseblock{block + 1}.denselayer{layer + 1}";
                _inference.Layer(
                    maps, _shape.Inputs(block) + (layer * _shape.Growth), Fixed(name + ".norm1"), Weights(name + ".conv1.weight"),
                    DenseNetworkShape.Bottleneck * _shape.Growth, Fixed(name + ".norm2"), Weights(name + ".conv2.weight"),
                    _shape.Growth);
            }

            if (block == _shape.Layers.Length - 1)
                break;
            string transition = $"features.transition{block + 1}";
            MapPlane whole = maps;
            Tensor next = Room(whole.Images, whole.Height / 2, whole.Width / 2, _shape.Outputs(block + 1), out maps);
            _inference.Transition(
                whole, Fixed(transition + ".norm"), Weights(transition + ".conv.weight"), _shape.Inputs(block + 1), maps);
            memory.Dispose();
            memory = next;
        }

        NormFactors last = Fixed($"features.norm{_shape.Layers.Length + 1}");
        Tensor rows = empty_like(memory);
        Rows all = new(At<float>(memory), checked(maps.Images * maps.Height * maps.Width), maps.Channels, maps.Channels);
        _passes!.Forward(all, At<float>(rows), last.Factor, last.Shift);
        return rows.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    private static IDenseInference MakeInference(int threads) =>
        Lanes16.IsSupported ? new DenseInference<Lanes16>(threads) : new DenseInference<Lanes8>(threads);

    private static Tensor Room(int images, int height, int width, int channels, out MapPlane plane)
    {
        Tensor memory = empty([images, height, width, channels], ScalarType.Float32);
        plane = Plane(memory);
        return memory;
    }

    private static MapPlane Plane(Tensor rows)
    {
        ReadOnlySpan<long> shape = rows.shape;
        return new(At<float>(rows), checked((int)shape[0]), (int)shape[1], (int)shape[2], (int)shape[3]);
    }

    /// <summary>A batch norm by its running statistics.</summary>
    private NormFactors Fixed(string norm)
    {
        (float[] factor, float[] shift) =
            Norm(norm).Prepare([], [], (int)Parameters.Shapes[_parameters[norm + ".weight"]].Count, 0, training: false);
        return new(factor, shift);
    }

    private float* Weights(string name)
    {
        int index = _parameters[name];
        if (!_offsets.TryGetValue(name, out long offset))
            _offsets[name] = offset = Parameters.Offset(index);
        return At<float>(Parameters.Values) + offset;
    }
}
