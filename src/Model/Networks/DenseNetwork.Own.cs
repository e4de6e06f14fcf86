using ChestXray.Model.Networks.Convolutions;
using ChestXray.Model.Networks.Dense;
using TorchSharp;
using static ChestXray.Model.Networks.TensorMemory;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ChestXray.Model.Networks;

/// <content> The network with batch norm and ReLU as one operation of our own, dense blocks that write into one buffer, and
/// convolutions of the tensor library in between, each a graph of its own that the way back goes through one by one. </content>
public sealed unsafe partial class DenseNetwork
{
    private readonly List<IStep> _tape = [];
    private readonly List<MapBuffer> _buffers = [];
    private readonly Dictionary<string, long> _offsets = [];
    private NormRelu? _passes;
    private int _passThreads;

    /// <inheritdoc/>
    public override bool IsOurs =>
        Path != ConvolutionPath.Library && Type == ScalarType.Float32 && Device.type == DeviceType.CPU && Watch is null;

    /// <summary>One operation that knows its way back.</summary>
    private interface IStep
    {
        void Backward();
    }

    /// <inheritdoc/>
    public override void Backward(Tensor logits, Tensor gradient)
    {
        logits.backward([gradient]);
        for (int i = _tape.Count - 1; i >= 0; i--)
            _tape[i].Backward();
        Forget();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Forget();
        _inference?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The rectified maps behind the last batch norm, a leaf of the graph where a gradient is wanted.</summary>
    private Tensor ExtractOwn(Tensor images, bool training)
    {
        Forget();
        int threads = get_num_threads();
        if (_passes is null || _passThreads != threads)
        {
            _inference?.Dispose();
            (_passes, _passThreads, _inference) = (new(threads), threads, null);
        }

        if (!training && (Lanes16.IsSupported || Lanes8.IsSupported))
            return ExtractFixed(images);
        bool learns = training && is_grad_enabled();
        Tensor x = F.conv2d(Spread(images), Value("features.conv0.weight"), strides: [2, 2], padding: [3, 3]);
        Tensor rectified = Alone("features.norm0", x, training, learns), pooled = F.max_pool2d(rectified, 3, 2, 1);
        MapBuffer buffer = Begin(0, pooled, learns);
        for (int block = 0; ; block++)
        {
            for (int layer = 0; layer < _shape.Layers[block]; layer++)
                Layer($"features.denseblock{block + 1}.denselayer{layer + 1}", buffer, _shape.Inputs(block) +
                    layer * _shape.Growth, training, learns);
            if (block == _shape.Layers.Length - 1)
                break;
            string name = $"features.transition{block + 1}";
            Tensor maps = Read(name + ".norm", buffer, buffer.Channels, training, learns, isLast: true);
            // A 1x1 convolution of means is the mean of its outputs, at a quarter of the work.
            buffer = Begin(block + 1, F.conv2d(F.avg_pool2d(maps, 2), Value(name + ".conv.weight")), learns);
        }

        return Read($"features.norm{_shape.Layers.Length + 1}", buffer, buffer.Channels, training, learns, isLast: true);
    }

    private void Layer(string name, MapBuffer buffer, int inputs, bool training, bool learns)
    {
        using DisposeScope? scope = learns ? null : NewDisposeScope();
        Tensor narrow = F.conv2d(Read(name + ".norm1", buffer, inputs, training, learns, isLast: false),
            Value(name + ".conv1.weight"));
        Tensor added = F.conv2d(Alone(name + ".norm2", narrow, training, learns), Value(name + ".conv2.weight"), padding: [1, 1]);
        Append(buffer, added, inputs, learns);
    }

    private MapBuffer Begin(int block, Tensor maps, bool learns)
    {
        ReadOnlySpan<long> shape = maps.shape;
        MapBuffer buffer = new(shape[0], shape[2], shape[3], _shape.Outputs(block), _passes!);
        if (!learns)
            _buffers.ForEach(old => old.Dispose());
        _buffers.Add(buffer);
        Append(buffer, maps, 0, learns);
        return buffer;
    }

    private void Append(MapBuffer buffer, Tensor maps, int first, bool learns)
    {
        buffer.Write(maps, first);
        if (learns)
            _tape.Add(new AppendStep(buffer, maps, first));
    }

    /// <summary>Batch norm and ReLU over a buffer's first maps.</summary>
    private Tensor Read(string norm, MapBuffer buffer, int channels, bool training, bool learns, bool isLast)
    {
        NormValues values = Norm(norm);
        (float[] factor, float[] shift) = values.Prepare(buffer.Mean, buffer.Variance, channels, buffer.Pixels, training);
        Tensor rows = empty([buffer.Images, buffer.Height, buffer.Width, channels], ScalarType.Float32);
        buffer.Passes.Forward(buffer.Maps(channels), At<float>(rows), factor, shift);
        Tensor maps = rows.permute(0, 3, 1, 2);
        if (learns)
            _tape.Add(new ReadStep(buffer, channels, maps.requires_grad_(true), factor, shift, values, isLast));
        return maps;
    }

    /// <summary>Batch norm and ReLU over maps that nothing else reads.</summary>
    private Tensor Alone(string norm, Tensor x, bool training, bool learns)
    {
        MapBuffer buffer = new(x, _passes!);
        _buffers.Add(buffer);
        if (learns)
            _tape.Add(new AppendStep(buffer, x, 0));
        Tensor maps = Read(norm, buffer, buffer.Channels, training, learns, isLast: true);
        if (!learns)
            buffer.Dispose();
        return maps;
    }

    private NormValues Norm(string name)
    {
        int weight = _parameters[name + ".weight"];
        if (!_offsets.TryGetValue(name, out long offset))
            _offsets[name] = offset = Parameters.Offset(weight);
        return NormValues.Of(Parameters, weight, offset, Running(_running[name + ".running_mean"]), Momentum, Epsilon);
    }

    private void Forget()
    {
        _tape.Clear();
        _buffers.ForEach(buffer => buffer.Dispose());
        _buffers.Clear();
    }

    /// <summary>Maps that a graph gave went into a buffer: their gradient goes back into that graph.</summary>
    private sealed class AppendStep(MapBuffer buffer, Tensor maps, int first) : IStep
    {
        public void Backward()
        {
            using Tensor slope = buffer.TakeSlope(first, (int)maps.shape[1]);
            maps.backward([slope]);
        }
    }

    /// <summary>Maps that were read from a buffer are a leaf: its gradient is summed where the maps lie.</summary>
    private sealed class ReadStep(
        MapBuffer buffer, int channels, Tensor leaf, float[] factor, float[] shift, NormValues values, bool isLast) : IStep
    {
        public void Backward()
        {
            using Tensor grad = leaf.grad!, rows = grad.permute(0, 2, 3, 1).contiguous();
            (double[] slopes, double[] products) = buffer.Passes.Backward(
                buffer.Maps(channels), At<float>(rows), factor, shift, buffer.Slopes(channels), adds: !isLast);
            values.TakeSums(slopes, products, buffer.Mean, buffer.Variance, buffer.Pixels, buffer.Constant, buffer.Linear);
            leaf.grad = null;
            leaf.Dispose();
        }
    }
}
