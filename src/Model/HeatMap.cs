using System.Runtime.InteropServices;
using ChestXray.Model.Networks;
using ChestXray.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace ChestXray.Model;

/// <summary>Where an image speaks for a finding: Grad-CAM over the network's last feature maps. Immutable.</summary>
/// <remarks>
/// Selvaraju et al., "Grad-CAM", 2017: each map weighs as much as the mean slope of the finding's logit over it, and what is
/// below zero is dropped. The maps are coarse (8 x 8 for the guide's network at 224 pixels, 7 x 7 for DenseNet-121), so a map
/// shows a region, not an outline.
/// </remarks>
public sealed class HeatMap
{
    private readonly float[] _values;

    private readonly (double First, double Step) _rows, _columns;

    // Places are shares of the image's height and width: the middle of the first cell, and the step to the next.
    private HeatMap(int height, int width, float[] values, (double First, double Step) rows,
        (double First, double Step) columns) =>
        (Height, Width, _values, _rows, _columns) = (height, width, values, rows, columns);

    /// <summary>Rows of the map.</summary>
    public int Height { get; }

    /// <summary>Columns of the map.</summary>
    public int Width { get; }

    /// <summary>
    /// Height x width, row by row, each at least 0; in units of the logit. All 0 where nothing speaks for the finding.
    /// </summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The map of one finding.</summary>
    /// <param name="network">In inference; its values and gradients are not changed.</param>
    /// <param name="image">1 x 1 x S x S (or as many channels as the network has), standardised.</param>
    /// <param name="finding">The column, 0 to 13.</param>
    /// <exception cref="ArgumentException">Another shape, or no such finding.</exception>
    public static HeatMap Of(Network network, Tensor image, int finding)
    {
        if (finding is < 0 or >= Findings.Count)
            throw new ArgumentOutOfRangeException(nameof(finding), finding, $"There are {Findings.Count} findings.");
        if (image.shape is not [1, _, _, _])
            throw new ArgumentException($"A heat map is of 1 image; the input is {string.Join(" x ", image.shape)}.",
                nameof(image));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradient = enable_grad();
        Tensor maps = network.FeatureMaps(image.to(network.Type, network.Device)).detach().requires_grad_(true);
        Tensor slope = autograd.grad([network.Classify(maps)[0, finding]], [maps])[0];
        using IDisposable noGradient = no_grad();
        Tensor heat = (maps * slope.mean([2L, 3L], keepdim: true)).sum(1).relu().to(ScalarType.Float32).cpu().contiguous();
        (double first, double step) = network.MapPlaces;
        (long height, long width) = (image.shape[2], image.shape[3]);
        return new(
            (int)heat.shape[1], (int)heat.shape[2], MemoryMarshal.Cast<byte, float>(heat.bytes).ToArray(),
            (first / height, step / height), (first / width, step / width));
    }

    /// <summary>A map of given values whose cells cover the image evenly.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="values">Row by row.</param>
    internal static HeatMap From(int height, int width, float[] values) =>
        new(height, width, values, (0.5 / height, 1.0 / height), (0.5 / width, 1.0 / width));

    /// <summary>
    /// The map over the whole image at another size, bilinear between the middles of the cells' views; beyond the outermost,
    /// theirs.
    /// </summary>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    public HeatMap Resize(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        float[] values = new float[height * width];
        for (int y = 0; y < height; y++)
        {
            (int top, int bottom, float down) = Place((y + 0.5) / height, _rows, Height);
            for (int x = 0; x < width; x++)
            {
                (int left, int right, float across) = Place((x + 0.5) / width, _columns, Width);
                float above = float.Lerp(_values[top * Width + left], _values[top * Width + right], across);
                float below = float.Lerp(_values[bottom * Width + left], _values[bottom * Width + right], across);
                values[y * width + x] = float.Lerp(above, below, down);
            }
        }

        return From(height, width, values);
    }

    /// <summary>Where the map is highest; the first such place row by row.</summary>
    public (int Row, int Column) Peak()
    {
        int at = 0;
        for (int i = 1; i < _values.Length; i++)
        {
            if (_values[i] > _values[at])
                at = i;
        }

        return (at / Width, at % Width);
    }

    private static (int Low, int High, float Share) Place(double at, (double First, double Step) cells, int count)
    {
        float place = Math.Clamp((float)((at - cells.First) / cells.Step), 0, count - 1);
        int low = (int)place;
        return (low, Math.Min(low + 1, count - 1), place - low);
    }
}
