using System.Runtime.CompilerServices;
using ChestXray.Model.Networks.Convolutions;

namespace ChestXray.Model.Networks.Dense;

/// <summary>
/// Layers without a gradient: batch norms are applied where convolutions read or write, and the maps between a layer's two
/// convolutions live for three rows, in the cache. Owns its scratch memory.
/// </summary>
/// <remarks>
/// Each thread takes neighbouring rows; where its first has a row above in the same image, that one's narrow maps are computed
/// twice. No value depends on how many threads there are.
/// </remarks>
internal sealed unsafe class DenseInference<T> : IDenseInference where T : struct, ILanes<T>
{
    /// <summary>Of the wider convolution, in either direction.</summary>
    public const int Taps = 3;

    private readonly int _threads;
    private readonly DenseScratch<T>[] _scratch;
    private readonly ProductPanels<T> _narrow, _wide;

    /// <param name="threads">From 1.</param>
    public DenseInference(int threads)
    {
        _threads = threads;
        (_narrow, _wide) = (new(threads), new(threads));
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new DenseScratch<T>())];
    }

    private static int Columns => ProductTile<T>.Columns;

    public void Stem(in MapPlane from, in NormFactors norm, in MapPlane to)
    {
        (MapPlane source, MapPlane target, NormFactors factors) = (from, to, norm);
        ByRows(target, (scratch, first, last) =>
        {
            for (int row = first; row < last; row++)
                PoolRow(source, factors, target, row / target.Height, row % target.Height);
        });
    }

    public void Layer(
        in MapPlane maps, int inputs, in NormFactors outer, float* narrow, int bottleneck, in NormFactors inner, float* wide,
        int outputs)
    {
        (MapPlane plane, NormFactors read, NormFactors between) = (maps, outer, inner);
        _narrow.Take(narrow, bottleneck, inputs);
        _wide.Take(wide, outputs, Taps * Taps * bottleneck);
        ByRows(plane, (scratch, first, last) =>
        {
            scratch.Begin(plane.Width, inputs, bottleneck);
            for (int row = first; row < last; row++)
            {
                (int image, int y) = (row / plane.Height, row % plane.Height);
                float* above = Narrow(scratch, plane, image, y - 1, inputs, read, bottleneck, between);
                float* level = Narrow(scratch, plane, image, y, inputs, read, bottleneck, between);
                float* below = Narrow(scratch, plane, image, y + 1, inputs, read, bottleneck, between);

                // In a row the values of three neighbouring pixels lie behind each other.
                Multiply(
                    scratch, new(above, level, below, Taps, Taps * bottleneck, bottleneck), plane.Width, _wide.At, outputs, default,
                    plane.Row(image, y) + inputs, plane.Channels);
            }
        });
    }

    public void Transition(in MapPlane from, in NormFactors norm, float* weights, int outputs, in MapPlane to)
    {
        (MapPlane source, MapPlane target, NormFactors factors) = (from, to, norm);
        _narrow.Take(weights, outputs, source.Channels);
        ByRows(target, (scratch, first, last) =>
        {
            int depth = source.Channels;
            scratch.Begin(target.Width, depth, 0);
            for (int row = first; row < last; row++)
            {
                (int image, int y) = (row / target.Height, row % target.Height);
                MeanRow(source, factors, image, y, target.Width, scratch.Read);
                Multiply(
                    scratch, new(scratch.Read, null, null, 1, depth, depth), target.Width, _narrow.At, outputs, default,
                    target.Row(image, y), target.Channels);
            }
        });
    }

    public void Dispose()
    {
        _narrow.Dispose();
        _wide.Dispose();
        foreach (DenseScratch<T> scratch in _scratch)
            scratch.Dispose();
    }

    /// <summary>A row of rectified maps behind the 1x1 convolution, zeros to its left and right; zeros outside the image.</summary>
    private float* Narrow(
        DenseScratch<T> scratch, in MapPlane maps, int image, int y, int inputs, in NormFactors read, int bottleneck,
        in NormFactors between)
    {
        if (y < 0 || y >= maps.Height)
            return scratch.Nothing;
        float* row = scratch.Place(((long)image * maps.Height) + y, out bool isThere);
        if (isThere)
            return row;
        float* from = maps.Row(image, y);
        fixed (float* a = read.Factor, b = read.Shift)
        {
            for (int x = 0; x < maps.Width; x++)
                Rectify(from + ((nint)x * maps.Channels), a, b, scratch.Read + ((nint)x * inputs), inputs);
        }

        Multiply(
            scratch, new(scratch.Read, null, null, 1, inputs, inputs), maps.Width, _narrow.At, bottleneck, between,
            row + bottleneck, bottleneck);
        return row;
    }

    /// <summary>Pixels times packed weights; with a norm, rectified.</summary>
    private static void Multiply(
        DenseScratch<T> scratch, in ProductRows pixels, int width, float* packed, int outputs, in NormFactors norm, float* target,
        nint step)
    {
        int rows = ProductTile<T>.RowsFor(width);
        nint panel = (nint)pixels.Parts * pixels.Depth * Columns;
        float* sums = scratch.Sums;
        fixed (float* a = norm.Factor, b = norm.Shift)
        {
            for (int column = 0; column < outputs; column += Columns, packed += panel)
            {
                int count = Math.Min(Columns, outputs - column);
                for (int x = 0; x < width; x += rows)
                {
                    // The last tile begins early enough to end with the row; what it does twice has the same bits.
                    x = Math.Max(0, Math.Min(x, width - rows));
                    ProductTile<T>.Run(rows, pixels.From(x), packed, sums);
                    int last = Math.Min(rows, width - x);
                    for (int i = 0; i < last; i++)
                    {
                        float* to = target + ((x + i) * step) + column;
                        if (a is null)
                            new ReadOnlySpan<float>(sums + (i * Columns), count).CopyTo(new(to, count));
                        else
                            Rectify(sums + (i * Columns), a + column, b + column, to, count);
                    }
                }
            }
        }
    }

    /// <summary>max(0, a x + b).</summary>
    private static void Rectify(float* x, float* a, float* b, float* to, int count)
    {
        int c = 0;
        for (; c <= count - T.Count; c += T.Count)
            Rectify(T.Load(x + c), T.Load(a + c), T.Load(b + c)).Store(to + c);
        for (; c < count; c++)
            to[c] = Rectify(x[c], a[c], b[c]);
    }

    /// <summary>Means of four rectified pixels each.</summary>
    private static void MeanRow(in MapPlane from, in NormFactors norm, int image, int y, int width, float* to)
    {
        int channels = from.Channels;
        float* upper = from.Row(image, 2 * y), lower = from.Row(image, (2 * y) + 1);
        fixed (float* a = norm.Factor, b = norm.Shift)
        {
            for (int x = 0; x < width; x++, upper += 2 * channels, lower += 2 * channels, to += channels)
            {
                int c = 0;
                for (T quarter = T.Broadcast(0.25f); c <= channels - T.Count; c += T.Count)
                {
                    T factor = T.Load(a + c), shift = T.Load(b + c);
                    T sum = Rectify(T.Load(upper + c), factor, shift) + Rectify(T.Load(upper + channels + c), factor, shift);
                    sum += Rectify(T.Load(lower + c), factor, shift);
                    ((sum + Rectify(T.Load(lower + channels + c), factor, shift)) * quarter).Store(to + c);
                }

                for (; c < channels; c++)
                {
                    float sum = Rectify(upper[c], a[c], b[c]) + Rectify(upper[channels + c], a[c], b[c]);
                    sum += Rectify(lower[c], a[c], b[c]);
                    to[c] = (sum + Rectify(lower[channels + c], a[c], b[c])) * 0.25f;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Rectify(T x, T a, T b) => T.Largest(T.Add(x, a, b), default);

    private static float Rectify(float x, float a, float b) => MathF.Max(0, MathF.FusedMultiplyAdd(x, a, b));

    /// <summary>The largest of up to nine rectified pixels each.</summary>
    private static void PoolRow(in MapPlane from, in NormFactors norm, in MapPlane to, int image, int y)
    {
        int channels = from.Channels, top = Math.Max(0, (2 * y) - 1), bottom = Math.Min(from.Height - 1, (2 * y) + 1);
        float* target = to.Row(image, y);
        fixed (float* a = norm.Factor, b = norm.Shift)
        {
            for (int x = 0; x < to.Width; x++, target += to.Channels)
            {
                int left = Math.Max(0, (2 * x) - 1), right = Math.Min(from.Width - 1, (2 * x) + 1), c = 0;
                for (; c <= channels - T.Count; c += T.Count)
                {
                    T factor = T.Load(a + c), shift = T.Load(b + c), most = default;
                    for (int row = top; row <= bottom; row++)
                    {
                        float* line = from.Row(image, row) + c;
                        for (int column = left; column <= right; column++)
                            most = T.Largest(T.Add(T.Load(line + ((nint)column * channels)), factor, shift), most);
                    }

                    most.Store(target + c);
                }

                for (; c < channels; c++)
                {
                    float most = 0;
                    for (int row = top; row <= bottom; row++)
                    {
                        float* line = from.Row(image, row) + c;
                        for (int column = left; column <= right; column++)
                            most = MathF.Max(most, MathF.FusedMultiplyAdd(line[(nint)column * channels], a[c], b[c]));
                    }

                    target[c] = most;
                }
            }
        }
    }

    private void ByRows(in MapPlane plane, Action<DenseScratch<T>, int, int> work)
    {
        int rows = plane.Images * plane.Height;
        Threads.Run(_threads, part =>
        {
            (int first, int last) = Threads.Share(rows, part, _threads);
            work(_scratch[part], first, last);
        });
    }
}
