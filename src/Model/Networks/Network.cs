using ChestXray.Model.Exchange;
using static TorchSharp.torch;

namespace ChestXray.Model.Networks;

/// <summary>
/// A network that the trainer, the checkpoint, the predictor and the exporters can work with: named values in a fixed order,
/// logits of a batch, and the gradient's way back. A new network is one class and a line in <see cref="NetworkCatalogue"/>.
/// Owns its values; not thread-safe.
/// </summary>
public abstract partial class Network : IDisposable
{
    private readonly Tensor[] _statistics;

    /// <summary>Makes zeros; the derived class initialises them.</summary>
    /// <param name="parameters">The trainable tensors, in the order in which they lie.</param>
    /// <param name="statistics">The batch norms' running values, in the order in which they lie.</param>
    /// <param name="type">float32 to work; float64 to compare with another framework.</param>
    /// <param name="device">Where it lives; null is the CPU.</param>
    /// <exception cref="ArgumentException">Another type.</exception>
    protected Network(IReadOnlyList<TensorShape> parameters, IReadOnlyList<TensorShape> statistics, ScalarType type,
        Device? device)
    {
        if (type is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"A network of type {type} was asked for; use Float32 or Float64.", nameof(type));

        Type = type;
        Device = device ?? CPU;
        Parameters = new ParameterBuffer(parameters, type, Device);
        RunningShapes = statistics;
        Statistics = zeros([statistics.Sum(shape => shape.Count)], type, Device).DetachFromDisposeScope();
        _statistics = new Tensor[statistics.Count];
        long offset = 0;
        for (int i = 0; i < _statistics.Length; offset += statistics[i].Count, i++)
            _statistics[i] = Statistics.narrow(0, offset, statistics[i].Count).DetachFromDisposeScope();
    }

    /// <summary>The word of `--model`.</summary>
    public abstract string Name { get; }

    /// <summary>float32 or float64.</summary>
    public ScalarType Type { get; }

    /// <summary>Where the values live and the work is done.</summary>
    public Device Device { get; }

    /// <summary>The trainable values, with their gradients.</summary>
    public ParameterBuffer Parameters { get; }

    /// <summary>Running means and variances of the batch norms, flat.</summary>
    public Tensor Statistics { get; }

    /// <summary>Names and shapes of what lies in <see cref="Statistics"/>, in order.</summary>
    public IReadOnlyList<TensorShape> RunningShapes { get; }

    /// <summary>Names and shapes of all values in the order of a file.</summary>
    public abstract IReadOnlyList<TensorShape> FileShapes { get; }

    /// <summary>Height and width that an input must have at least.</summary>
    public abstract int LeastSize { get; }

    /// <summary>Colour channels of the first convolution. One grey channel is spread over three.</summary>
    public abstract int Channels { get; }

    /// <summary>Features that dropout masks in training; 0 where the network has no dropout.</summary>
    public virtual int DropoutFeatures => 0;

    /// <summary>Share of those that training sets to zero.</summary>
    public virtual double DropoutShare => 0;

    /// <summary>Whether its arithmetic is our own and not the tensor library's (but under autocast): another rounding.</summary>
    public virtual bool IsOurs => false;

    /// <summary>The name of the last layer's tensors before the dot: what a transfer to other classes makes anew.</summary>
    public abstract string Head { get; }

    /// <summary>Sets every value afresh.</summary>
    /// <param name="seed">The same seed gives the same values on every machine.</param>
    public abstract void Initialise(ulong seed);

    /// <summary>Logits of a batch.</summary>
    /// <param name="images">N x 1 x S x S, or N x <see cref="Channels"/> x S x S, of this network's type and device.</param>
    /// <param name="training">Batch statistics (and their running values move) instead of the running ones.</param>
    /// <param name="dropout">N x <see cref="DropoutFeatures"/> factors; null: no dropout.</param>
    /// <returns>N x 14, in the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public abstract Tensor Forward(Tensor images, bool training, Tensor? dropout = null);

    /// <summary>Adds to the gradients of <see cref="Parameters"/> what the last training forward's logits ask for.</summary>
    /// <param name="logits">What <see cref="Forward"/> gave, in the same dispose scope.</param>
    /// <param name="gradient">dLoss/dlogits, of the same shape.</param>
    public virtual void Backward(Tensor logits, Tensor gradient) => logits.backward([gradient]);

    /// <summary>The last feature maps, with running statistics and no gradient: what a heat map is made of.</summary>
    /// <param name="images">As for <see cref="Forward"/>.</param>
    /// <returns>N x maps x h x w, in the caller's dispose scope.</returns>
    public abstract Tensor FeatureMaps(Tensor images);

    /// <summary>
    /// Where the last feature maps' cells look, along either side: the middle of the first cell's view and the step to the
    /// next, in pixels of the input. Convolutions without padding see nothing of the border from its middle, so cells do not
    /// cover the image evenly.
    /// </summary>
    public abstract (double First, double Step) MapPlaces { get; }

    /// <summary>From the last feature maps to logits, without dropout.</summary>
    /// <param name="maps">What <see cref="FeatureMaps"/> gave.</param>
    public abstract Tensor Classify(Tensor maps);

    /// <summary>The layers, their output shapes and their numbers of values as text, one line each.</summary>
    /// <param name="size">Height and width of the input in pixels, at least <see cref="LeastSize"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size at which no pixel is left.</exception>
    public abstract string Summary(int size);

    /// <summary>Writes the network in inference into a graph.</summary>
    /// <param name="graph">Knows the values.</param>
    /// <param name="images">The name of the N x 1 x S x S input.</param>
    /// <returns>The name of the logits.</returns>
    internal abstract string Trace(OnnxGraph graph, string images);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the values.</summary>
    protected virtual void Dispose(bool disposing)
    {
        foreach (Tensor view in _statistics)
            view.Dispose();
        Statistics.Dispose();
        Parameters.Dispose();
    }

    /// <summary>A running value, as a view of <see cref="Statistics"/>.</summary>
    protected Tensor Running(int index) => _statistics[index];
}
