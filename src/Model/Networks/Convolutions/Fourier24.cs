using System.Runtime.CompilerServices;

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// Transforms of length 24: three of length 8 over every third input, then eight of length 3 across them. The real ones use
/// that the upper half of a spectrum mirrors the lower.
/// </summary>
/// <remarks>
/// In parts that go through scratch, each a method of its own: the compiler keeps the values of one part in registers, those of
/// the whole it would not, and what it inlines is bounded by the size of the method that it begins with.
/// </remarks>
internal readonly unsafe struct Fourier24<T> : IFourier<T> where T : struct, ILanes<T>
{
    private const float R = 0.70710678118654752f, H = 0.86602540378443865f;

    public static int Length => 24;

    /// <summary>Cosine and sine of k / 24 of a turn, then of 2 k / 24, for k from 0 to 7.</summary>
    private static ReadOnlySpan<float> Turns =>
    [
        1, 0, 1, 0,
        0.96592582628906829f, 0.25881904510252076f, H, 0.5f,
        H, 0.5f, 0.5f, H,
        R, R, 0, 1,
        0.5f, H, -0.5f, H,
        0.25881904510252076f, 0.96592582628906829f, -H, 0.5f,
        0, 1, -1, 0,
        -0.25881904510252076f, 0.96592582628906829f, -H, -0.5f,
    ];

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RealForward(
        float* from, nint step, float* real, float* imaginary, nint stride, bool isPacked, float* scratch)
    {
        int n = T.Count;
        for (int j = 0; j < 3; j++)
            RealEight(from + j * step, 3 * step, scratch + 8 * n * j);
        T half = T.Broadcast(0.5f), h = T.Broadcast(H);

        // Frequency 0 of the three: X0, X8.
        T a = T.Load(scratch), b = T.Load(scratch + 8 * n), c = T.Load(scratch + 16 * n), sum = b + c;
        (a + sum).Store(real);
        T.Subtract(sum, half, a).Store(real + 8 * stride);
        ((c - b) * h).Store(imaginary + 8 * stride);

        // Frequency 4: X4, X12.
        a = T.Load(scratch + 7 * n);
        b = T.Load(scratch + 15 * n);
        c = T.Load(scratch + 23 * n);
        T difference = b - c, last = a - difference;
        T.Add(difference, half, a).Store(real + 4 * stride);
        T.Subtract(b + c, h, default).Store(imaginary + 4 * stride);
        if (isPacked)
        {
            last.Store(imaginary);
        }
        else
        {
            T zero = T.Broadcast(0);
            zero.Store(imaginary);
            last.Store(real + 12 * stride);
            zero.Store(imaginary + 12 * stride);
        }

        for (int k = 1; k < 4; k++)
        {
            Third(scratch + (2 * k - 1) * n, 8 * n, k, out T r0, out T i0, out T r1, out T i1, out T r2, out T i2);
            r0.Store(real + k * stride);
            i0.Store(imaginary + k * stride);
            r1.Store(real + (k + 8) * stride);
            i1.Store(imaginary + (k + 8) * stride);
            r2.Store(real + (8 - k) * stride);
            (T.Broadcast(0) - i2).Store(imaginary + (8 - k) * stride);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RealInverse(
        float* real, float* imaginary, nint stride, bool isPacked, float* to, nint step, float* scratch)
    {
        int n = T.Count;
        T h = T.Broadcast(H);

        // Frequency 0 of the three, from X0 and X8.
        T p = T.Load(real), q = T.Load(real + 8 * stride), d = T.Load(imaginary + 8 * stride), side = (d + d) * h, rest = p - q;
        (p + q + q).Store(scratch);
        (rest - side).Store(scratch + 8 * n);
        (rest + side).Store(scratch + 16 * n);

        // Frequency 4, from X4 and X12.
        p = T.Load(real + 4 * stride);
        d = T.Load(imaginary + 4 * stride);
        q = T.Load(isPacked ? imaginary : real + 12 * stride);
        side = (d + d) * h;
        rest = p - q;
        (p + p + q).Store(scratch + 7 * n);
        (rest - side).Store(scratch + 15 * n);
        (T.Broadcast(0) - (rest + side)).Store(scratch + 23 * n);

        ReadOnlySpan<float> turns = Turns;
        T half = T.Broadcast(0.5f);
        for (int k = 1; k < 4; k++)
        {
            T pr = T.Load(real + k * stride), pi = T.Load(imaginary + k * stride);
            T qr = T.Load(real + (k + 8) * stride), qi = T.Load(imaginary + (k + 8) * stride);
            T rr = T.Load(real + (8 - k) * stride), ri = T.Load(imaginary + (8 - k) * stride);
            T sr = qr + rr, si = qi - ri, dr = (qr - rr) * h, di = (qi + ri) * h;
            float* at = scratch + (2 * k - 1) * n;
            (pr + sr).Store(at);
            (pi + si).Store(at + n);
            pr = T.Subtract(sr, half, pr);
            pi = T.Subtract(si, half, pi);
            TurnBack(pr - di, pi + dr, turns[4 * k], turns[4 * k + 1], at + 8 * n);
            TurnBack(pr + di, pi - dr, turns[4 * k + 2], turns[4 * k + 3], at + 16 * n);
        }

        for (int j = 0; j < 3; j++)
            RealEightBack(scratch + 8 * n * j, to + j * step, 3 * step);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Complex(
        float* real, float* imaginary, nint stride, float* toReal, float* toImaginary, nint toStride, float* scratch)
    {
        int n = T.Count;
        for (int j = 0; j < 3; j++)
            Eight(real + j * stride, imaginary + j * stride, 3 * stride, scratch + 16 * n * j);
        for (int k = 0; k < 8; k++)
        {
            Third(scratch + 2 * k * n, 16 * n, k, out T r0, out T i0, out T r1, out T i1, out T r2, out T i2);
            float* re = toReal + k * toStride, im = toImaginary + k * toStride;
            r0.Store(re);
            i0.Store(im);
            r1.Store(re + 8 * toStride);
            i1.Store(im + 8 * toStride);
            r2.Store(re + 16 * toStride);
            i2.Store(im + 16 * toStride);
        }
    }

    /// <summary>Real input, 8 vectors, to: frequency 0; real and imaginary parts of 1, 2 and 3; frequency 4.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RealEight(float* from, nint step, float* to)
    {
        int n = T.Count;
        T r = T.Broadcast(R);
        T x0 = T.Load(from), x4 = T.Load(from + 4 * step), x2 = T.Load(from + 2 * step), x6 = T.Load(from + 6 * step);
        T s04 = x0 + x4, d04 = x0 - x4, s26 = x2 + x6, d26 = x2 - x6;
        T x1 = T.Load(from + step), x5 = T.Load(from + 5 * step), x3 = T.Load(from + 3 * step), x7 = T.Load(from + 7 * step);
        T s15 = x1 + x5, d15 = x1 - x5, s37 = x3 + x7, d37 = x3 - x7;
        T even = s04 + s26, odd = s15 + s37, apart = d15 - d37, both = d15 + d37;
        (even + odd).Store(to);
        T.Add(apart, r, d04).Store(to + n);
        (T.Broadcast(0) - T.Add(both, r, d26)).Store(to + 2 * n);
        (s04 - s26).Store(to + 3 * n);
        (s37 - s15).Store(to + 4 * n);
        T.Subtract(apart, r, d04).Store(to + 5 * n);
        T.Subtract(both, r, d26).Store(to + 6 * n);
        (even - odd).Store(to + 7 * n);
    }

    /// <summary>The way back from what <see cref="RealEight"/> gives, times 8.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RealEightBack(float* from, float* to, nint step)
    {
        int n = T.Count;
        T root2 = T.Broadcast(2 * R);
        T y0 = T.Load(from), y4 = T.Load(from + 7 * n), u = T.Load(from + 3 * n), v = T.Load(from + 4 * n);
        u += u;
        v += v;
        T t0 = y0 + y4, t1 = y0 - y4, e0 = t0 + u, e1 = t1 - v, e2 = t0 - u, e3 = t1 + v;
        T r1 = T.Load(from + n), i1 = T.Load(from + 2 * n), r3 = T.Load(from + 5 * n), i3 = T.Load(from + 6 * n);
        T o0 = r1 + r3, o2 = i3 - i1, apart = r1 - r3, both = i1 + i3;
        o0 += o0;
        o2 += o2;
        T o1 = (apart - both) * root2, o3 = (apart + both) * root2;
        (e0 + o0).Store(to);
        (e0 - o0).Store(to + 4 * step);
        (e1 + o1).Store(to + step);
        (e1 - o1).Store(to + 5 * step);
        (e2 + o2).Store(to + 2 * step);
        (e2 - o2).Store(to + 6 * step);
        (e3 - o3).Store(to + 3 * step);
        (e3 + o3).Store(to + 7 * step);
    }

    /// <summary>8 complex inputs to 8 complex outputs, real and imaginary part one behind the other.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Eight(float* real, float* imaginary, nint stride, float* to)
    {
        int n = T.Count;
        T r = T.Broadcast(R);
        Butterfly<T>.Four(
            real, imaginary, 2 * stride,
            out T er0, out T ei0, out T er1, out T ei1, out T er2, out T ei2, out T er3, out T ei3);
        Butterfly<T>.Four(
            real + stride, imaginary + stride, 2 * stride,
            out T or0, out T oi0, out T or1, out T oi1, out T or2, out T oi2, out T or3, out T oi3);
        (er0 + or0).Store(to);
        (ei0 + oi0).Store(to + n);
        (er0 - or0).Store(to + 8 * n);
        (ei0 - oi0).Store(to + 9 * n);
        T sum = or1 + oi1, difference = oi1 - or1;
        T.Add(sum, r, er1).Store(to + 2 * n);
        T.Add(difference, r, ei1).Store(to + 3 * n);
        T.Subtract(sum, r, er1).Store(to + 10 * n);
        T.Subtract(difference, r, ei1).Store(to + 11 * n);
        (er2 + oi2).Store(to + 4 * n);
        (ei2 - or2).Store(to + 5 * n);
        (er2 - oi2).Store(to + 12 * n);
        (ei2 + or2).Store(to + 13 * n);
        sum = or3 + oi3;
        difference = oi3 - or3;
        T.Add(difference, r, er3).Store(to + 6 * n);
        T.Subtract(sum, r, ei3).Store(to + 7 * n);
        T.Subtract(difference, r, er3).Store(to + 14 * n);
        T.Add(sum, r, ei3).Store(to + 15 * n);
    }

    /// <summary>One frequency of the three, turned by k and 2 k of 24, to the frequencies k, k + 8 and k + 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Third(
        float* from, nint step, int k, out T r0, out T i0, out T r1, out T i1, out T r2, out T i2)
    {
        int n = T.Count;
        ReadOnlySpan<float> turns = Turns;
        T ar = T.Load(from), ai = T.Load(from + n);
        Turn(from + step, turns[4 * k], turns[4 * k + 1], out T br, out T bi);
        Turn(from + 2 * step, turns[4 * k + 2], turns[4 * k + 3], out T cr, out T ci);
        T half = T.Broadcast(0.5f), h = T.Broadcast(H);
        T sr = br + cr, si = bi + ci, dr = br - cr, di = bi - ci;
        T mr = T.Subtract(sr, half, ar), mi = T.Subtract(si, half, ai);
        (r0, i0) = (ar + sr, ai + si);
        (r1, i1) = (T.Add(di, h, mr), T.Subtract(dr, h, mi));
        (r2, i2) = (T.Subtract(di, h, mr), T.Add(dr, h, mi));
    }

    /// <summary>Times c - is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(float* from, float c, float s, out T re, out T im)
    {
        T x = T.Load(from), y = T.Load(from + T.Count), cos = T.Broadcast(c), sin = T.Broadcast(s);
        (re, im) = (T.Add(x, cos, y * sin), T.Subtract(x, sin, y * cos));
    }

    /// <summary>Times c + is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnBack(T x, T y, float c, float s, float* to)
    {
        T cos = T.Broadcast(c), sin = T.Broadcast(s);
        T.Subtract(y, sin, x * cos).Store(to);
        T.Add(x, sin, y * cos).Store(to + T.Count);
    }
}
