using System.Runtime.CompilerServices;

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>A Fourier transform of length 4, of which longer ones are made.</summary>
internal static unsafe class Butterfly<T> where T : struct, ILanes<T>
{
    /// <summary>Four complex inputs, a step of floats apart, to four complex outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Four(
        float* real, float* imaginary, nint step,
        out T r0, out T i0, out T r1, out T i1, out T r2, out T i2, out T r3, out T i3)
    {
        T ar = T.Load(real), ai = T.Load(imaginary), br = T.Load(real + step), bi = T.Load(imaginary + step);
        T cr = T.Load(real + 2 * step), ci = T.Load(imaginary + 2 * step);
        T dr = T.Load(real + 3 * step), di = T.Load(imaginary + 3 * step);
        T er = ar + cr, ei = ai + ci, fr = ar - cr, fi = ai - ci, gr = br + dr, gi = bi + di, hr = br - dr, hi = bi - di;
        (r0, i0, r2, i2) = (er + gr, ei + gi, er - gr, ei - gi);
        (r1, i1, r3, i3) = (fr + hi, fi - hr, fr - hi, fi + hr);
    }
}
