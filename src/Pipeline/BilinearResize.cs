using System.Runtime.InteropServices;
using ChestXray.Pipeline.Decoding;

namespace ChestXray.Pipeline;

/// <summary>
/// Bilinear resizing as <c>tf.image.resize</c> does it by default: half-pixel centres, no antialias, float32, bit for bit. By
/// option with its antialias: every pixel counts, not only the four around each centre.
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
    private ResizeAxis? _latest;
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
            Row(grey, 0, width, height, y, outHeight, destination.Slice(y * outWidth, outWidth));
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

    internal bool IsScalar => _scalar;

    /// <summary>
    /// One output row of an image of which rows are here from <paramref name="first"/> on; valid until the next call.
    /// </summary>
    internal ReadOnlySpan<float> Levels(ReadOnlySpan<byte> rows, int first, int width, int height, int y, int outWidth,
        int outHeight)
    {
        if (_row.Length < outWidth)
            _row = new float[outWidth];
        Row(rows, first, width, height, y, outHeight, _row.AsSpan(0, outWidth));
        return _row.AsSpan(0, outWidth);
    }

    /// <summary>The last input row that an output row is made of.</summary>
    internal int LastRow(int y, int height, int outHeight) => _antialias
        ? WideAxis(height, outHeight).Start[y] + WideAxis(height, outHeight).Taps - 1 : Axis(height, outHeight).High[y];

    /// <summary>The most input rows that an output row is made of.</summary>
    internal int RowsTogether(int height, int outHeight) => _antialias ? WideAxis(height, outHeight).Taps : 2;

    /// <summary>Whether any output row is made of an input row.</summary>
    internal bool Needs(int row, int height, int outHeight) => _antialias || Axis(height, outHeight).IsTouched[row];

    internal static void Check(int length, int width, int height, string name)
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
        RowRounding rounding = new(_scalar);
        for (int y = 0; y < outHeight; y++)
        {
            ReadOnlySpan<float> row = Levels(grey, 0, width, height, y, outWidth, outHeight);
            rounding.Add(row);
            Span<T> target = destination.Slice(y * outWidth, outWidth);
            if (typeof(T) == typeof(byte))
                RowRounding.ToBytes(row, MemoryMarshal.Cast<T, byte>(target), _scalar);
            else
                RowRounding.ToUInt16(row, MemoryMarshal.Cast<T, ushort>(target), _scalar);
        }

        return rounding.Total((long)outWidth * outHeight);
    }

    // The span begins with the image's row number "first".
    private void Row(ReadOnlySpan<byte> grey, int first, int width, int height, int y, int outHeight, Span<float> destination)
    {
        if (_antialias)
        {
            if (_mixed.Length < width)
                _mixed = new float[width];
            Span<float> mixed = _mixed.AsSpan(0, width);
            AntialiasRow.Mix(grey, first, WideAxis(height, outHeight), y, mixed, _scalar);
            AntialiasRow.Gather(mixed, WideAxis(width, destination.Length), destination, _scalar);
            return;
        }

        (ResizeAxis columns, ResizeAxis rows) = (Axis(width, destination.Length), Axis(height, outHeight));
        int top = (rows.Low[y] - first) * width, bottom = (rows.High[y] - first) * width;
        int done = 0;
        if (!_scalar)
            done = ResizeRow.Vector(grey, top, bottom, columns, rows.Weight[y], destination);
        ResizeRow.Scalar(grey.Slice(top, width), grey.Slice(bottom, width), columns, rows.Weight[y], destination, done);
    }

    private ResizeAxis Axis(int input, int output)
    {
        // Rows and columns of one image, again and again.
        if (_latest is { } latest && latest.Input == input && latest.Output == output)
            return latest;
        return _latest = _axes.TryGetValue((input, output), out ResizeAxis? axis)
            ? axis : Keep(_axes, (input, output), new ResizeAxis(input, output));
    }

    private AntialiasAxis WideAxis(int input, int output) =>
        _wideAxes.TryGetValue((input, output), out AntialiasAxis? axis)
            ? axis : Keep(_wideAxes, (input, output), new AntialiasAxis(input, output));

    private static T Keep<T>(Dictionary<(int Input, int Output), T> tables, (int Input, int Output) sides, T table)
    {
        if (tables.Count >= MaxTables)
            tables.Clear();
        return tables[sides] = table;
    }
}
