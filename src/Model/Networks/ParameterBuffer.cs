using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model.Networks;

/// <summary>
/// The trainable tensors of a network as views of one flat buffer, and their gradients as views of another: the optimiser, the norms
/// and a checkpoint each touch one tensor instead of dozens. Owns both; not thread-safe.
/// </summary>
/// <remarks>Convolution kernels lie as (out, height, width, in), which is channels_last by strides.</remarks>
public sealed class ParameterBuffer : IDisposable
{
    private readonly Tensor[] _views;
    private readonly Tensor[] _gradientViews;

    /// <summary>Makes zeros of the given shapes.</summary>
    /// <param name="shapes">In the order in which they lie.</param>
    /// <param name="type">float32 or float64.</param>
    /// <param name="device">Where they live.</param>
    public ParameterBuffer(IReadOnlyList<TensorShape> shapes, ScalarType type, Device device)
    {
        Shapes = shapes;
        long count = shapes.Sum(shape => shape.Count);
        Values = zeros([count], type, device).DetachFromDisposeScope();
        Gradients = zeros([count], type, device).DetachFromDisposeScope();
        _views = new Tensor[shapes.Count];
        _gradientViews = new Tensor[shapes.Count];
        long offset = 0;
        for (int i = 0; i < shapes.Count; i++)
        {
            _gradientViews[i] = View(Gradients, shapes[i], offset);
            _views[i] = View(Values, shapes[i], offset).requires_grad_(true);
            _views[i].grad = _gradientViews[i];
            offset += shapes[i].Count;
        }
    }

    /// <summary>Names and shapes, in order.</summary>
    public IReadOnlyList<TensorShape> Shapes { get; }

    /// <summary>All values, one after the other.</summary>
    public Tensor Values { get; }

    /// <summary>All gradients, laid out as <see cref="Values"/>. backward() adds to them.</summary>
    public Tensor Gradients { get; }

    /// <summary>One trainable tensor, a leaf of the graph.</summary>
    public Tensor this[int index] => _views[index];

    /// <summary>The gradient of one tensor, in its shape.</summary>
    public Tensor Gradient(int index) => _gradientViews[index];

    /// <summary>Where a tensor begins in <see cref="Values"/> and <see cref="Gradients"/>.</summary>
    public long Offset(int index) => Shapes.Take(index).Sum(shape => shape.Count);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor view in _views)
            view.Dispose();
        foreach (Tensor view in _gradientViews)
            view.Dispose();
        Values.Dispose();
        Gradients.Dispose();
    }

    private static Tensor View(Tensor flat, TensorShape shape, long offset)
    {
        long[] size = shape.Dimensions;
        long[] strides = size.Length == 4 ? [size[1] * size[2] * size[3], 1, size[3] * size[1], size[1]] : Contiguous(size);
        return flat.as_strided(size, strides, offset).DetachFromDisposeScope();
    }

    private static long[] Contiguous(long[] size)
    {
        long[] strides = new long[size.Length];
        long stride = 1;
        for (int i = size.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= size[i];
        }

        return strides;
    }
}
