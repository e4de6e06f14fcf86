using static TorchSharp.torch;

namespace ChestXray.Model.Networks;

/// <summary>
/// The trainable tensors of a network as views of one flat buffer, and their gradients as views of another: the optimiser, the
/// norms and a checkpoint each touch one tensor instead of dozens. Owns both; not thread-safe.
/// </summary>
/// <remarks>Convolution kernels lie as (out, height, width, in), which is channels_last by strides.</remarks>
public sealed class ParameterBuffer : IDisposable
{
    private readonly Tensor[] _views;
    private readonly Tensor[] _gradientViews;
    private readonly double[] _rates;

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
        _rates = new double[shapes.Count];
        Array.Fill(_rates, 1);
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

    /// <summary>The factor on the learning rate of each tensor; 0: it is frozen.</summary>
    public IReadOnlyList<double> Rates => _rates;

    /// <summary>
    /// Whether a tensor keeps its values. A batch norm whose scale is frozen keeps its running values, too, and uses them.
    /// </summary>
    public bool IsFrozen(int index) => _rates[index] == 0;

    /// <summary>Whether any tensor is frozen.</summary>
    public bool AnyFrozen => Array.IndexOf(_rates, 0) >= 0;

    /// <summary>Gives some tensors a learning rate of their own, or freezes them.</summary>
    /// <param name="prefix">A tensor's name, or its beginning up to a dot: `features.denseblock1`.</param>
    /// <param name="factor">On the learning rate, from 0 (frozen).</param>
    /// <exception cref="ArgumentException">No tensor has such a name, or a factor below 0 or not finite.</exception>
    public void SetRate(string prefix, double factor)
    {
        if (!double.IsFinite(factor) || factor < 0)
            throw new ArgumentException(
                $"The learning rate of '{prefix}' is to be multiplied by {factor}: it must be a number from 0 (frozen).");
        bool isKnown = false;
        for (int i = 0; i < _rates.Length; i++)
        {
            if (Shapes[i].Name != prefix && !Shapes[i].Name.StartsWith(prefix + ".", StringComparison.Ordinal))
                continue;
            isKnown = true;
            _rates[i] = factor;
            _views[i].requires_grad_(factor > 0);
        }

        if (!isKnown)
        {
            string known = string.Join(", ", Shapes.Select(shape => shape.Name[..shape.Name.LastIndexOf('.')]).Distinct()
                .Take(8));
            throw new ArgumentException($"No layer of this network is called '{prefix}'; there are {known}, ...");
        }
    }

    /// <summary>
    /// Networks whose arithmetic is their own compute gradients of frozen tensors, too; norms and steps must not see them.
    /// </summary>
    internal void ClearFrozenGradients()
    {
        for (int i = 0; AnyFrozen && i < _rates.Length; i++)
        {
            if (_rates[i] == 0)
                _gradientViews[i].zero_();
        }
    }

    /// <summary>Neighbours of one rate as ranges of the flat buffers.</summary>
    internal List<(long Offset, long Count, double Rate)> RateRanges()
    {
        List<(long Offset, long Count, double Rate)> ranges = [];
        long offset = 0;
        for (int i = 0; i < _rates.Length; offset += Shapes[i].Count, i++)
        {
            if (ranges.Count > 0 && ranges[^1].Rate == _rates[i])
                ranges[^1] = ranges[^1] with { Count = ranges[^1].Count + Shapes[i].Count };
            else
                ranges.Add((offset, Shapes[i].Count, _rates[i]));
        }

        return ranges;
    }

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
