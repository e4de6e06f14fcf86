using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// An image of one channel, taken apart so that a 7 x 7 convolution computes two outputs of each axis with fewer
/// multiplications. Owns its memory. Not thread-safe.
/// </summary>
/// <remarks>
/// Along one axis, of even taps K and odd taps L, even pixels e and odd pixels o (e' is the next even one), two neighbouring
/// outputs are K e + L o and K o + L e'. (K + L) o is a part of both; what is left is K (e - o) for one and L (e' - o) for the
/// other: 4 + 4 + 3 multiplications and not 14, along both axes 121 and not 196. So each row of planes holds, for each of the
/// three kinds along the columns, three rows of the kinds along the rows: o, e - o and e' - o.
/// </remarks>
internal sealed unsafe class TapPlanes : IDisposable
{
    /// <summary>Kinds along an axis: both outputs' part, the first's, the second's.</summary>
    public const int Kinds = 3;

    /// <summary>Taps of all kinds along an axis.</summary>
    public const int Taps = 4 + 4 + 3;

    private NativeFloats _memory = new(0);
    private NativeFloats _row = new(0);

    /// <summary>Floats from one kind along the rows to the next.</summary>
    public nint Length { get; private set; }

    /// <summary>Floats from one kind along the columns to the next.</summary>
    public nint KindStride => Kinds * Length;

    /// <summary>Floats from one row of planes to the next.</summary>
    public nint RowStride => Kinds * KindStride;

    /// <summary>Taps of a kind.</summary>
    public static int TapsOf(int kind) => kind == 2 ? 3 : 4;

    /// <summary>The planes of the first tap of a pooled output.</summary>
    public float* At(int row) => _memory.At + row * RowStride;

    /// <summary>Takes the rows apart that some pooled rows need.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="image">Its first pixel.</param>
    /// <param name="first">The first pooled row.</param>
    /// <param name="end">The pooled row behind the last.</param>
    public void Fill(in ConvolutionShape shape, float* image, int first, int end)
    {
        int count = shape.PooledWidth + 3;
        Length = count;
        Reserve(ref _memory, (shape.PooledHeight + 3) * RowStride);
        Reserve(ref _row, shape.Width);
        for (int row = first; row < end + 3; row++)
        {
            float* even = image + (nint)2 * row * shape.Width, odd = even + shape.Width, to = At(row);
            Columns(odd, count, to);
            Subtract(even, odd, shape.Width);
            Columns(_row.At, count, to + KindStride);

            // The last kind has a tap less, so that its last row is not there.
            if (row == end + 2)
                break;
            Subtract(odd + shape.Width, odd, shape.Width);
            Columns(_row.At, count, to + 2 * KindStride);
        }
    }

    /// <summary>The taps of all kinds: 11 x 11 vectors of channels, from 7 x 7.</summary>
    /// <param name="kernel">7 x 7 x channels.</param>
    /// <param name="channels">How many.</param>
    /// <param name="to">11 x 11 x channels, written.</param>
    public static void Spread(float* kernel, int channels, float* to)
    {
        for (int row = 0; row < Taps; row++)
        {
            for (int column = 0; column < Taps; column++)
            {
                for (int channel = 0; channel < channels; channel++, to++)
                {
                    float sum = 0;
                    foreach (int y in Sources(row))
                    {
                        foreach (int x in Sources(column))
                            sum += kernel[(y * ConvolutionShape.Kernel + x) * channels + channel];
                    }

                    *to = sum;
                }
            }
        }
    }

    /// <summary>The way back for gradients: a tap gets the sum of those it was part of.</summary>
    /// <param name="gradient">11 x 11 x channels.</param>
    /// <param name="channels">How many.</param>
    /// <param name="to">7 x 7 x channels, added to.</param>
    public static void Gather(float* gradient, int channels, float* to)
    {
        for (int row = 0; row < Taps; row++)
        {
            for (int column = 0; column < Taps; column++)
            {
                for (int channel = 0; channel < channels; channel++, gradient++)
                {
                    foreach (int y in Sources(row))
                    {
                        foreach (int x in Sources(column))
                            to[(y * ConvolutionShape.Kernel + x) * channels + channel] += *gradient;
                    }
                }
            }
        }
    }

    public void Dispose()
    {
        _memory.Dispose();
        _row.Dispose();
    }

    /// <summary>The taps whose sum one of the eleven is.</summary>
    private static ReadOnlySpan<int> Sources(int tap) => tap switch
    {
        0 => [0, 1],
        1 => [2, 3],
        2 => [4, 5],
        3 or 7 => [6],
        4 => [0],
        5 => [2],
        6 => [4],
        8 => [1],
        9 => [3],
        _ => [5],
    };

    private static void Reserve(ref NativeFloats memory, nint length)
    {
        if (memory.Length >= length)
            return;
        memory.Dispose();
        memory = new(length);
    }

    private void Subtract(float* a, float* b, int count)
    {
        int i = 0;
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
            (Vector256.Load(a + i) - Vector256.Load(b + i)).Store(_row.At + i);
        for (; i < count; i++)
            _row.At[i] = a[i] - b[i];
    }

    /// <summary>A row's three kinds. The last place of the third is never read: it has a tap less.</summary>
    private void Columns(float* row, int count, float* to)
    {
        float* odds = to, first = to + Length, second = first + Length;
        int i = 0;
        for (; Sse.IsSupported && i < count - 4; i += 4)
        {
            float* from = row + 2 * i;
            Vector128<float> low = Vector128.Load(from), high = Vector128.Load(from + 4);
            Vector128<float> odd = Sse.Shuffle(low, high, 0b11_01_11_01), even = Sse.Shuffle(low, high, 0b10_00_10_00);
            Vector128<float> next = Sse.Shuffle(Vector128.Load(from + 2), Vector128.Load(from + 6), 0b10_00_10_00);
            odd.Store(odds + i);
            (even - odd).Store(first + i);
            (next - odd).Store(second + i);
        }

        for (; i < count; i++)
        {
            (odds[i], first[i]) = (row[2 * i + 1], row[2 * i] - row[2 * i + 1]);
            if (i < count - 1)
                second[i] = row[2 * i + 2] - row[2 * i + 1];
        }
    }
}
