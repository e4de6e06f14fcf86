using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ChestXray.Model.Networks.Convolutions;
using static ChestXray.Model.Networks.TensorMemory;
using static TorchSharp.torch;

namespace ChestXray.Model.Networks;

/// <summary>
/// Max pool 2x2 and ReLU in one pass over channels_last float32 on the CPU, and its gradient in one pass, too. The place of each
/// maximum takes a byte where the tensor library takes eight, and no zeros are written before the gradient.
/// </summary>
/// <remarks>
/// The first of equal maxima wins and NaN goes through, as in the tensor library: values and gradients are equal to the bit.
/// </remarks>
internal static unsafe class PooledReLU
{
    private const int Lanes = 16;

    /// <summary>Pools N x C x H x W with the strides of channels_last.</summary>
    /// <returns>N x C x H/2 x W/2 with such strides, and the maxima's places; both in the caller's dispose scope.</returns>
    public static (Tensor Values, Tensor Places) Forward(Tensor input, int threads, bool isScalar = false)
    {
        Geometry g = new(input);
        Tensor values = empty([g.Images, g.OutHeight, g.OutWidth, g.Channels], ScalarType.Float32);
        Tensor places = empty([g.Images, g.OutHeight, g.OutWidth, g.Channels], ScalarType.Byte);
        float* x = At<float>(input.permute(0, 2, 3, 1)), y = At<float>(values);
        byte* place = At<byte>(places);
        bool isVector = !isScalar && g.Channels % Lanes == 0 && Vector256.IsHardwareAccelerated;
        Split(g.Images * g.OutHeight, threads, row =>
        {
            float* top = x + g.InputRow(row), bottom = top + (long)g.Width * g.Channels;
            long to = (long)row * g.OutWidth * g.Channels;
            for (int column = 0; column < g.OutWidth; column++, to += g.Channels)
            {
                long left = 2L * column * g.Channels, right = left + g.Channels;
                for (int c = 0; c < g.Channels; c += isVector ? Lanes : 1)
                {
                    if (isVector)
                        PoolVector(top + left + c, top + right + c, bottom + left + c, bottom + right + c, y + to + c, place +
                            to + c);
                    else
                        PoolScalar(top[left + c], top[right + c], bottom[left + c], bottom[right + c], out y[to + c],
                            out place[to + c]);
                }
            }
        });
        return (values.permute(0, 3, 1, 2), places);
    }

    /// <summary>The gradient with respect to the pooled tensor's input, with the strides of channels_last.</summary>
    public static Tensor Backward(Tensor input, Tensor places, Tensor gradient, int threads, bool isScalar = false)
    {
        Geometry g = new(input);
        Tensor slope = gradient.permute(0, 2, 3, 1).contiguous();
        Tensor result = empty([g.Images, g.Height, g.Width, g.Channels], ScalarType.Float32);
        float* dy = At<float>(slope), dx = At<float>(result);
        byte* place = At<byte>(places);
        bool isVector = !isScalar && g.Channels % Lanes == 0 && Vector256.IsHardwareAccelerated;
        Split(g.Images * g.OutHeight, threads, row =>
        {
            long line = (long)g.Width * g.Channels, from = (long)row * g.OutWidth * g.Channels;
            float* top = dx + g.InputRow(row), bottom = top + line;
            for (int column = 0; column < g.OutWidth; column++, from += g.Channels)
            {
                long left = 2L * column * g.Channels, right = left + g.Channels;
                for (int c = 0; c < g.Channels; c += isVector ? Lanes : 1)
                {
                    if (isVector)
                        SpreadVector(dy + from + c, place + from + c, top + left + c, top + right + c, bottom + left + c, bottom +
                            right + c);
                    else
                        SpreadScalar(dy[from + c], place[from + c], out top[left + c], out top[right + c], out bottom[left + c],
                            out bottom[right + c]);
                }
            }

            // What the pooling left over: the last column of an odd width, the last row of an odd height.
            int rest = (g.Width & 1) * g.Channels;
            new Span<float>(top + line - rest, rest).Clear();
            new Span<float>(bottom + line - rest, rest).Clear();
            if ((g.Height & 1) != 0 && row % g.OutHeight == g.OutHeight - 1)
                new Span<float>(bottom + line, (int)line).Clear();
        });
        return result.permute(0, 3, 1, 2);
    }

    private static void PoolScalar(float a, float b, float c, float d, out float value, out byte place)
    {
        (value, place) = (a, 0);
        if (b > value || float.IsNaN(b))
            (value, place) = (b, 1);
        if (c > value || float.IsNaN(c))
            (value, place) = (c, 2);
        if (d > value || float.IsNaN(d))
            (value, place) = (d, 3);
        if (value <= 0)
            (value, place) = (0, PoolPlace.None);
    }

    private static void SpreadScalar(float slope, byte place, out float a, out float b, out float c, out float d) =>
        (a, b, c, d) = (place == 0 ? slope : 0, place == 1 ? slope : 0, place == 2 ? slope : 0, place == 3 ? slope : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PoolVector(float* a, float* b, float* c, float* d, float* value, byte* place)
    {
        Vector256<int> low = PoolEight(a, b, c, d, value), high = PoolEight(a + 8, b + 8, c + 8, d + 8, value + 8);
        Vector256<short> both = Vector256.Narrow(low, high);
        Vector128.Narrow(both.GetLower(), both.GetUpper()).AsByte().Store(place);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> PoolEight(float* a, float* b, float* c, float* d, float* value)
    {
        Vector256<float> most = Vector256.Load(a);
        Vector256<int> place = Vector256<int>.Zero;
        Take(Vector256.Load(b), 1, ref most, ref place);
        Take(Vector256.Load(c), 2, ref most, ref place);
        Take(Vector256.Load(d), 3, ref most, ref place);
        Vector256<float> isDead = Vector256.LessThanOrEqual(most, Vector256<float>.Zero);
        Vector256.AndNot(most, isDead).Store(value);
        return Vector256.ConditionalSelect(isDead.AsInt32(), Vector256.Create((int)PoolPlace.None), place);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(Vector256<float> x, int number, ref Vector256<float> most, ref Vector256<int> place)
    {
        Vector256<float> isMore = Vector256.GreaterThan(x, most) | ~Vector256.Equals(x, x);
        most = Vector256.ConditionalSelect(isMore, x, most);
        place = Vector256.ConditionalSelect(isMore.AsInt32(), Vector256.Create(number), place);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SpreadVector(float* slope, byte* place, float* a, float* b, float* c, float* d)
    {
        (Vector128<ushort> s0, Vector128<ushort> s1) = Vector128.Widen(Vector128.Load(place));
        (Vector128<uint> u0, Vector128<uint> u1) = Vector128.Widen(s0);
        (Vector128<uint> u2, Vector128<uint> u3) = Vector128.Widen(s1);
        SpreadEight(Vector256.Load(slope), Vector256.Create(u0, u1), a, b, c, d);
        SpreadEight(Vector256.Load(slope + 8), Vector256.Create(u2, u3), a + 8, b + 8, c + 8, d + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SpreadEight(Vector256<float> slope, Vector256<uint> place, float* a, float* b, float* c, float* d)
    {
        (slope & Vector256.Equals(place, Vector256<uint>.Zero).AsSingle()).Store(a);
        (slope & Vector256.Equals(place, Vector256.Create(1u)).AsSingle()).Store(b);
        (slope & Vector256.Equals(place, Vector256.Create(2u)).AsSingle()).Store(c);
        (slope & Vector256.Equals(place, Vector256.Create(3u)).AsSingle()).Store(d);
    }

    private static void Split(int rows, int threads, Action<int> work) => Threads.Run(threads, part =>
    {
        (int first, int last) = Threads.Share(rows, part, threads);
        for (int row = first; row < last; row++)
            work(row);
    });

    private readonly struct Geometry
    {
        public Geometry(Tensor input)
        {
            long[] shape = input.shape;
            (Images, Channels, Height, Width) = ((int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3]);
        }

        public int Images { get; }

        public int Channels { get; }

        public int Height { get; }

        public int Width { get; }

        public int OutHeight => Height / 2;

        public int OutWidth => Width / 2;

        /// <summary>Where the two input rows of an output row begin, output rows counted over all images.</summary>
        public long InputRow(int row) => ((long)(row / OutHeight) * Height + 2 * (row % OutHeight)) * Width * Channels;
    }
}
