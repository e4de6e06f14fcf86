using System.Runtime.Intrinsics;

namespace ChestXray.Model.Networks.Dense;

/// <summary>
/// Batch norm and ReLU as one pass over rows of channels (channels_last), and their gradient. The input may be a part of wider
/// rows, so that a dense block's layers read one buffer and nothing is ever concatenated. One call at a time.
/// </summary>
/// <remarks>
/// y = max(0, a x + b) with a = weight / sqrt(variance + epsilon), b = bias - a mean. With g = dy where y is above 0: the sums
/// of g and of g x give the gradients of weight and bias, and dx = a g + c + d x with two constants for each channel. Sums are
/// float32 over short runs of rows and float64 over the runs, in an order that depends on the number of threads alone.
/// </remarks>
internal sealed unsafe class NormRelu(int threads, bool isScalar = false)
{
    private const int Lanes = 8, RunRows = 64;
    private double[] _sums = [];
    private float[] _runs = [];

    /// <summary>Writes y, rows x channels.</summary>
    public void Forward(Rows x, float* y, float[] factor, float[] shift) => Split(x, (first, last, _) =>
    {
        fixed (float* a = factor, b = shift)
        {
            for (int row = first; row < last; row++)
            {
                float* from = x.At + row * x.Stride, to = y + (long)row * x.Channels;
                int c = 0;
                for (; !isScalar && c <= x.Channels - Lanes; c += Lanes)
                    Vector256.Max(Vector256<float>.Zero, Vector256.FusedMultiplyAdd(
                        Vector256.Load(from + c), Vector256.Load(a + c), Vector256.Load(b + c))).Store(to + c);
                for (; c < x.Channels; c++)
                    to[c] = MathF.Max(0, MathF.FusedMultiplyAdd(from[c], a[c], b[c]));
            }
        }
    });

    /// <summary>Copies rows to where they belong, and sums them and their squares on the way.</summary>
    /// <param name="from">Rows x channels.</param>
    /// <param name="to">The place.</param>
    /// <returns>By channel.</returns>
    public (double[] Sum, double[] Squares) Place(float* from, Rows to) => Sum(to, (row, sums, squares) =>
    {
        float* source = from + (long)row * to.Channels, target = to.At + row * to.Stride;
        int c = 0;
        for (; !isScalar && c <= to.Channels - Lanes; c += Lanes)
        {
            Vector256<float> x = Vector256.Load(source + c);
            x.Store(target + c);
            (Vector256.Load(sums + c) + x).Store(sums + c);
            Vector256.FusedMultiplyAdd(x, x, Vector256.Load(squares + c)).Store(squares + c);
        }

        for (; c < to.Channels; c++)
        {
            target[c] = source[c];
            sums[c] += source[c];
            squares[c] = MathF.FusedMultiplyAdd(source[c], source[c], squares[c]);
        }
    });

    /// <summary>The sums of g and of g x; adds a g to dx, or writes it there.</summary>
    /// <param name="x">What <see cref="Forward"/> read.</param>
    /// <param name="dy">Rows x channels.</param>
    /// <param name="factor">What <see cref="Forward"/> took.</param>
    /// <param name="shift">What <see cref="Forward"/> took.</param>
    /// <param name="dx">Laid out as <paramref name="x"/>; may be <paramref name="dy"/> where that is laid out so, too.</param>
    /// <param name="adds">Whether dx has something in it that stays.</param>
    public (double[] Slopes, double[] Products) Backward(Rows x, float* dy, float[] factor, float[] shift, Rows dx, bool adds) =>
        Sum(x, (row, slopes, products) =>
    {
        float* from = x.At + row * x.Stride, slope = dy + (long)row * x.Channels, to = dx.At + row * dx.Stride;
        fixed (float* a = factor, b = shift)
        {
            int c = 0;
            for (; !isScalar && c <= x.Channels - Lanes; c += Lanes)
            {
                Vector256<float> value = Vector256.Load(from + c), scale = Vector256.Load(a + c);
                Vector256<float> g = Vector256.Load(slope +
                    c) & Vector256.GreaterThan(Vector256.FusedMultiplyAdd(value, scale, Vector256.Load(b + c)),
                    Vector256<float>.Zero);
                (adds ? Vector256.FusedMultiplyAdd(scale, g, Vector256.Load(to + c)) : scale * g).Store(to + c);
                (Vector256.Load(slopes + c) + g).Store(slopes + c);
                Vector256.FusedMultiplyAdd(g, value, Vector256.Load(products + c)).Store(products + c);
            }

            for (; c < x.Channels; c++)
            {
                float g = MathF.FusedMultiplyAdd(from[c], a[c], b[c]) > 0 ? slope[c] : 0;
                to[c] = adds ? MathF.FusedMultiplyAdd(a[c], g, to[c]) : a[c] * g;
                slopes[c] += g;
                products[c] = MathF.FusedMultiplyAdd(g, from[c], products[c]);
            }
        }
    });

    /// <summary>Writes dx + c + d x, rows x channels: the part of the gradient that waited for the sums.</summary>
    public void Finish(Rows x, Rows dx, float[] constant, float[] linear, float* to) => Split(x, (first, last, _) =>
    {
        fixed (float* c0 = constant, d0 = linear)
        {
            for (int row = first; row < last; row++)
            {
                float* value = x.At + row * x.Stride, part = dx.At + row * dx.Stride, target = to + (long)row * x.Channels;
                int c = 0;
                for (; !isScalar && c <= x.Channels - Lanes; c += Lanes)
                    (Vector256.FusedMultiplyAdd(Vector256.Load(value + c), Vector256.Load(d0 + c), Vector256.Load(c0 + c)) +
                        Vector256.Load(part + c)).Store(target + c);
                for (; c < x.Channels; c++)
                    target[c] = MathF.FusedMultiplyAdd(value[c], d0[c], c0[c]) + part[c];
            }
        }
    });

    private void Split(Rows rows, Action<int, int, int> work) => Threads.Run(threads, part =>
    {
        (int first, int last) = Threads.Share(rows.Count, part, threads);
        work(first, last, part);
    });

    private (double[], double[]) Sum(Rows rows, RowWork work)
    {
        int channels = rows.Channels, each = 2 * channels;
        if (_sums.Length < threads * each)
            (_sums, _runs) = (new double[threads * each], new float[threads * each]);
        Split(rows, (first, last, part) =>
        {
            Span<double> total = _sums.AsSpan(part * each, each);
            Span<float> run = _runs.AsSpan(part * each, each);
            total.Clear();
            fixed (float* sums = run)
            {
                for (int begin = first; begin < last; begin += RunRows)
                {
                    run.Clear();
                    for (int row = begin; row < Math.Min(last, begin + RunRows); row++)
                        work(row, sums, sums + channels);
                    for (int i = 0; i < each; i++)
                        total[i] += run[i];
                }
            }
        });
        double[] first = new double[channels], second = new double[channels];
        for (int part = 0; part < threads; part++)
        {
            for (int c = 0; c < channels; c++)
            {
                first[c] += _sums[part * each + c];
                second[c] += _sums[part * each + channels + c];
            }
        }

        return (first, second);
    }

    private delegate void RowWork(int row, float* first, float* second);
}
