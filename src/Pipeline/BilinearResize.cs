using System.Runtime.InteropServices;
using ChestXray.Pipeline.Decoding;

namespace ChestXray.Pipeline;

/// <summary>
/// Bilinear resizing as <c>tf.image.resize</c> does it by default: half-pixel centres, no antialias, float32, bit for bit. By option with
/// its antialias: every pixel counts, not only the four around each centre.
/// </summary>
/// <remarks>Not thread-safe: one instance per thread. It keeps tables per pair of sizes, and one row of floats.</remarks>
public sealed class BilinearResize
{
    // Data sets have few sizes; a stream of ever new ones must not fill the memory.
    private const int MaxTables = 64;

    private readonly Dictionary<(int Input, int Output), ResizeAxis> _axes = [];
    private readonly Dictionary<(int Input, int Output), AntialiasAxis> _wideAxes = [];
    private readonly bool _scalar;
    private readonly bool _antialias;
    private float[] _row = [];
    private float[] _mixed = [];

    /// <summary>Creates a resizer.</summary>
    /// <param name="scalar">Use plain loops instead of vectors; the results are the same bits.</param>
    /// <param name="antialias">Average over as many pixels as become one; larger images come out as without.</param>
    public BilinearResize(bool scalar = false, bool antialias = false)
    {
        _scalar = scalar;
        _antialias = antialias;
    }

    /// <summary>Resizes to floats.</summary>
    /// <param name="grey"><paramref name="height"/> rows of <paramref name="width"/> levels.</param>
    /// <param name="width">Pixels per row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="destination">Gets <paramref name="outHeight"/> rows of <paramref name="outWidth"/> levels, unrounded.</param>
    /// <param name="outWidth">Pixels per output row, at least 1.</param>
    /// <param name="outHeight">Output rows, at least 1.</param>
    /// <exception cref="ArgumentException">A size below 1, or a span that does not match its sizes.</exception>
    public void Resize(ReadOnlySpan<byte> grey, int width, int height, Span<float> destination, int outWidth, int outHeight)
    {
        Check(grey.Length, width, height, nameof(grey));
        Check(destination.Length, outWidth, outHeight, nameof(destination));
        for (int y = 0; y < outHeight; y++)
            Row(grey, width, height, y, outHeight, destination.Slice(y * outWidth, outWidth));
    }

    /// <summary>Resizes to bytes, rounded to nearest (a half to the even level).</summary>
    /// <inheritdoc cref="Resize" path="/param"/>
    /// <inheritdoc cref="Resize" path="/exception"/>
    /// <returns>Sum and sum of squares of the levels before rounding.</returns>
    public ResizeStatistics ResizeToBytes(
        ReadOnlySpan<byte> grey, int width, int height, Span<byte> destination, int outWidth, int outHeight) =>
        ResizeRounded(grey, width, height, destination, outWidth, outHeight);

    /// <summary>Resizes to 16 bits: the level times 256, rounded to nearest (a half to even). 0 to 65,280.</summary>
    /// <inheritdoc cref="Resize" path="/param"/>
    /// <inheritdoc cref="Resize" path="/exception"/>
    /// <returns>Sum and sum of squares of the levels (0 to 255) before rounding.</returns>
    public ResizeStatistics ResizeToUInt16(
        ReadOnlySpan<byte> grey, int width, int height, Span<ushort> destination, int outWidth, int outHeight) =>
        ResizeRounded(grey, width, height, destination, outWidth, outHeight);

    private static void Check(int length, int width, int height, string name)
    {
        if (width < 1 || height < 1)
            throw new ArgumentException($"{name} is {width} x {height}; both sides must be at least 1.", name);
        if (length != (long)width * height)
            throw new ArgumentException($"{name} has {length} elements; {width} x {height} needs {(long)width * height}.", name);
    }

    private ResizeStatistics ResizeRounded<T>(
        ReadOnlySpan<byte> grey, int width, int height, Span<T> destination, int outWidth, int outHeight)
        where T : unmanaged
    {
        Check(grey.Length, width, height, nameof(grey));
        Check(destination.Length, outWidth, outHeight, nameof(destination));
        if (_row.Length < outWidth)
            _row = new float[outWidth];
        Span<float> row = _row.AsSpan(0, outWidth);
        RowRounding rounding = new(_scalar);
        for (int y = 0; y < outHeight; y++)
        {
            Row(grey, width, height, y, outHeight, row);
            rounding.Add(row);
            Span<T> target = destination.Slice(y * outWidth, outWidth);
            if (typeof(T) == typeof(byte))
                RowRounding.ToBytes(row, MemoryMarshal.Cast<T, byte>(target), _scalar);
            else
                RowRounding.ToUInt16(row, MemoryMarshal.Cast<T, ushort>(target), _scalar);
        }

        return rounding.Total((long)outWidth * outHeight);
    }

    private void Row(ReadOnlySpan<byte> grey, int width, int height, int y, int outHeight, Span<float> destination)
    {
        if (_antialias)
        {
            if (_mixed.Length < width)
                _mixed = new float[width];
            Span<float> mixed = _mixed.AsSpan(0, width);
            AntialiasRow.Mix(grey, WideAxis(height, outHeight), y, mixed, _scalar);
            AntialiasRow.Gather(mixed, WideAxis(width, destination.Length), destination, _scalar);
            return;
        }

        (ResizeAxis columns, ResizeAxis rows) = (Axis(width, destination.Length), Axis(height, outHeight));
        int top = rows.Low[y] * width, bottom = rows.High[y] * width;
        int done = 0;
        if (!_scalar)
            done = ResizeRow.Vector(grey, top, bottom, columns, rows.Weight[y], destination);
        ResizeRow.Scalar(grey.Slice(top, width), grey.Slice(bottom, width), columns, rows.Weight[y], destination, done);
    }

    private ResizeAxis Axis(int input, int output) =>
        _axes.TryGetValue((input, output), out ResizeAxis? axis) ? axis : Keep(_axes, (input, output), new ResizeAxis(input, output));

    private AntialiasAxis WideAxis(int input, int output) =>
        _wideAxes.TryGetValue((input, output), out AntialiasAxis? axis) ? axis : Keep(_wideAxes, (input, output), new AntialiasAxis(input, output));

    private static T Keep<T>(Dictionary<(int Input, int Output), T> tables, (int Input, int Output) sides, T table)
    {
        if (tables.Count >= MaxTables)
            tables.Clear();
        return tables[sides] = table;
    }
}
