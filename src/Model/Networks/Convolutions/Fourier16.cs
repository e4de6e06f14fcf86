using System.Runtime.CompilerServices;

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// Transforms of length 16: radix 4 twice. The real ones use that the upper half of the spectrum mirrors the lower.
/// </summary>
/// <remarks>Straight-line on purpose: sixteen inputs and their butterflies stay in registers.</remarks>
internal readonly unsafe struct Fourier16<T> : IFourier<T> where T : struct, ILanes<T>
{
    private const float C1 = 0.92387953251128676f, S1 = 0.38268343236508977f, R = 0.70710678118654752f;

    public static int Length => 16;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RealForward(
        float* from, nint step, float* real, float* imaginary, nint stride, bool isPacked, float* scratch)
    {
        T r = T.Broadcast(R), c = T.Broadcast(C1), s = T.Broadcast(S1);
        Quarter(from, step, out T f0, out T e0, out T r0, out T i0);
        Quarter(from + step, step, out T f1, out T e1, out T p1, out T q1);
        Quarter(from + 2 * step, step, out T f2, out T e2, out T p2, out T q2);
        Quarter(from + 3 * step, step, out T f3, out T e3, out T p3, out T q3);

        T even = f0 + f2, odd = f1 + f3;
        (even + odd).Store(real);
        if (isPacked)
        {
            (even - odd).Store(imaginary);
        }
        else
        {
            T zero = T.Broadcast(0);
            zero.Store(imaginary);
            (even - odd).Store(real + 8 * stride);
            zero.Store(imaginary + 8 * stride);
        }

        (f0 - f2).Store(real + 4 * stride);
        (f3 - f1).Store(imaginary + 4 * stride);

        T difference = (e1 - e3) * r, sum = (e1 + e3) * r;
        (e0 + difference).Store(real + 2 * stride);
        (e0 - difference).Store(real + 6 * stride);
        (T.Broadcast(0) - (e2 + sum)).Store(imaginary + 2 * stride);
        (e2 - sum).Store(imaginary + 6 * stride);

        // r and i are the turned values, the imaginary ones negated.
        T r1 = T.Subtract(q1, s, p1 * c), i1 = T.Add(p1, s, q1 * c);
        T r2 = (p2 - q2) * r, i2 = (p2 + q2) * r;
        T r3 = T.Subtract(q3, c, p3 * s), i3 = T.Add(p3, c, q3 * s);
        T rEven = r0 + r2, rOdd = r1 + r3, iEven = i0 + i2, iOdd = i1 + i3;
        (rEven + rOdd).Store(real + stride);
        (T.Broadcast(0) - (iEven + iOdd)).Store(imaginary + stride);
        (rEven - rOdd).Store(real + 7 * stride);
        (iEven - iOdd).Store(imaginary + 7 * stride);
        T rApart = r0 - r2, rSide = r1 - r3, iApart = i0 - i2, iSide = i1 - i3;
        (rApart - iSide).Store(real + 5 * stride);
        (T.Broadcast(0) - (iApart + rSide)).Store(imaginary + 5 * stride);
        (rApart + iSide).Store(real + 3 * stride);
        (iApart - rSide).Store(imaginary + 3 * stride);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RealInverse(
        float* real, float* imaginary, nint stride, bool isPacked, float* to, nint step, float* scratch)
    {
        T r = T.Broadcast(R), c = T.Broadcast(C1), s = T.Broadcast(S1), root2 = T.Broadcast(2 * R);
        T x0 = T.Load(real), x8 = T.Load(isPacked ? imaginary : real + 8 * stride);
        T p = T.Load(real + 2 * stride), q = T.Load(imaginary + 2 * stride), u = T.Load(real + 6 * stride),
            v = T.Load(imaginary + 6 * stride);
        T c0 = Twice(p + u), c2 = Twice(v - q), c1 = (p - q - u - v) * root2, c3 = (u - v - p - q) * root2;
        T re4 = Twice(T.Load(real + 4 * stride)), im4 = Twice(T.Load(imaginary + 4 * stride));
        T even = x0 + x8, odd = x0 - x8;
        T a0 = even + re4, a2 = even - re4, a1 = odd - im4, a3 = odd + im4;
        T plus0 = a0 + c0, minus0 = a0 - c0, plus1 = a1 + c1, minus1 = a1 - c1, plus2 = a2 + c2, minus2 = a2 - c2, plus3 = a3 +
            c3, minus3 = a3 - c3;

        T z0r = T.Load(real + stride), z0i = T.Load(imaginary + stride), z1r = T.Load(real + 5 * stride),
            z1i = T.Load(imaginary + 5 * stride);
        T z2r = T.Load(real + 7 * stride), z2i = T.Load(imaginary + 7 * stride), z3r = T.Load(real + 3 * stride),
            z3i = T.Load(imaginary + 3 * stride);
        T t0r = z0r + z2r, t0i = z0i - z2i, t1r = z0r - z2r, t1i = z0i + z2i;
        T t2r = z1r + z3r, t2i = z1i - z3i, t3r = z1r - z3r, t3i = z1i + z3i;
        Finish(plus0, minus0, Twice(t0r + t2r), Twice(t0i + t2i), to, step);
        T br = t1r - t3i, bi = t1i + t3r;
        Finish(plus1, minus1, Twice(T.Subtract(bi, s, br * c)), Twice(T.Add(br, s, bi * c)), to + step, step);
        br = t0r - t2r;
        bi = t0i - t2i;
        Finish(plus2, minus2, (br - bi) * root2, (br + bi) * root2, to + 2 * step, step);
        br = t1r + t3i;
        bi = t1i - t3r;
        Finish(plus3, minus3, Twice(T.Subtract(bi, c, br * s)), Twice(T.Add(br, c, bi * s)), to + 3 * step, step);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Complex(
        float* real, float* imaginary, nint stride, float* toReal, float* toImaginary, nint toStride, float* scratch)
    {
        int n = T.Count;
        Turned(real, imaginary, stride, scratch, 1, 0, 1, 0, 1, 0);
        Turned(real + stride, imaginary + stride, stride, scratch + 2 * n, C1, S1, R, R, S1, C1);
        Turned(real + 2 * stride, imaginary + 2 * stride, stride, scratch + 4 * n, R, R, 0, 1, -R, R);
        Turned(real + 3 * stride, imaginary + 3 * stride, stride, scratch + 6 * n, S1, C1, -R, R, -C1, -S1);
        for (int k = 0; k < 4; k++)
        {
            float* from = scratch + 8 * n * k;
            Butterfly<T>.Four(
                from, from + n, 2 * n, out T r0, out T i0, out T r1, out T i1, out T r2, out T i2, out T r3, out T i3);
            float* re = toReal + k * toStride, im = toImaginary + k * toStride;
            r0.Store(re);
            i0.Store(im);
            r1.Store(re + 4 * toStride);
            i1.Store(im + 4 * toStride);
            r2.Store(re + 8 * toStride);
            i2.Store(im + 8 * toStride);
            r3.Store(re + 12 * toStride);
            i3.Store(im + 12 * toStride);
        }
    }

    /// <summary>
    /// Inputs n, n+4, n+8, n+12 of a real signal: frequencies 0 and 2 of the four, and frequency 1, its imaginary part negated.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(float* from, nint step, out T sum, out T apart, out T re, out T negatedIm)
    {
        T a = T.Load(from), b = T.Load(from + 4 * step), c = T.Load(from + 8 * step), d = T.Load(from + 12 * step);
        T even = a + c, odd = b + d;
        (sum, apart, re, negatedIm) = (even + odd, even - odd, a - c, b - d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(T plus, T minus, T twiceRe, T twiceIm, float* to, nint step)
    {
        (plus + twiceRe).Store(to);
        (minus - twiceIm).Store(to + 4 * step);
        (plus - twiceRe).Store(to + 8 * step);
        (minus + twiceIm).Store(to + 12 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Twice(T x) => x + x;

    /// <summary>
    /// A butterfly over inputs n, n+4, n+8, n+12, its outputs turned by c - is; output k lands at scratch + 8 vectors * k.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turned(
        float* real, float* imaginary, nint stride, float* scratch, float c1, float s1, float c2, float s2, float c3, float s3)
    {
        int n = T.Count;
        Butterfly<T>.Four(
            real, imaginary, 4 * stride, out T r0, out T i0, out T r1, out T i1, out T r2, out T i2, out T r3, out T i3);
        r0.Store(scratch);
        i0.Store(scratch + n);
        Turn(r1, i1, c1, s1, scratch + 8 * n);
        Turn(r2, i2, c2, s2, scratch + 16 * n);
        Turn(r3, i3, c3, s3, scratch + 24 * n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(T re, T im, float c, float s, float* to)
    {
        if (c == 1)
        {
            re.Store(to);
            im.Store(to + T.Count);
            return;
        }

        if (c == 0)
        {
            im.Store(to);
            (T.Broadcast(0) - re).Store(to + T.Count);
            return;
        }

        T cos = T.Broadcast(c), sin = T.Broadcast(s);
        T.Add(re, cos, im * sin).Store(to);
        T.Subtract(re, sin, im * cos).Store(to + T.Count);
    }
}
