using System.Runtime.CompilerServices;

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>Products of complex matrices, one for each frequency.</summary>
/// <remarks>
/// The inner bodies are written out: their sums must be locals to stay in registers, four rows by two vectors with AVX-512, two
/// by two where there are only sixteen registers.
/// </remarks>
internal static unsafe class SpectrumProduct<T> where T : struct, ILanes<T>
{
    /// <summary>c[row, n] = sum over k of a[row, k] b[k, n] at every frequency.</summary>
    /// <param name="a">Rows x depth; the rows a multiple of 4.</param>
    /// <param name="aLayout">Its channels are the depth.</param>
    /// <param name="rows">How many rows, rounded up to a multiple of 4.</param>
    /// <param name="b">Depth x channels.</param>
    /// <param name="bLayout">Its rows are the depth.</param>
    /// <param name="c">Written.</param>
    /// <param name="cLayout">Its layout.</param>
    public static void Multiply(
        float* a, in SpectrumLayout aLayout, int rows, float* b, in SpectrumLayout bLayout, float* c, in SpectrumLayout cLayout)
    {
        for (int f = 0; f < aLayout.Frequencies; f++)
        {
            Strip strip = new(a +
                f * aLayout.FrequencyStride, aLayout.Panels, aLayout.PanelStride, aLayout.Panel, 1, aLayout.RowStride,
                aLayout.Panel);
            for (int panel = 0; panel < cLayout.Panels; panel++)
            {
                float* from = b + f * bLayout.FrequencyStride + panel * bLayout.PanelStride;
                float* to = c + f * cLayout.FrequencyStride + panel * cLayout.PanelStride;
                for (int row = 0; row < rows; row += 4)
                    FourPlain(strip.Down(row), from, to + row * cLayout.RowStride, cLayout);
            }
        }
    }

    /// <summary>c[m, n] += sum over rows of conj(a[row, m]) b[row, n] at every frequency.</summary>
    /// <param name="a">Rows x M.</param>
    /// <param name="aLayout">Its channels are M, a multiple of 4.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="b">Rows x N.</param>
    /// <param name="bLayout">Its layout.</param>
    /// <param name="c">M x N, added to.</param>
    /// <param name="cLayout">Its rows are M.</param>
    public static void AddTransposed(
        float* a, in SpectrumLayout aLayout, int rows, float* b, in SpectrumLayout bLayout, float* c, in SpectrumLayout cLayout)
    {
        for (int f = 0; f < aLayout.Frequencies; f++)
        {
            for (int panel = 0; panel < cLayout.Panels; panel++)
            {
                float* from = b + f * bLayout.FrequencyStride + panel * bLayout.PanelStride;
                float* to = c + f * cLayout.FrequencyStride + panel * cLayout.PanelStride;
                for (int m = 0; m < aLayout.Channels; m += 4)
                {
                    Strip strip = new(a + f * aLayout.FrequencyStride +
                        aLayout.Offset(0, m), 1, 0, rows, aLayout.RowStride, 1, aLayout.Panel);
                    FourTransposed(strip, from, to + m * cLayout.RowStride, cLayout);
                }
            }
        }
    }

    // Two bodies, so that the compiler sees which way round the product goes.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FourPlain(in Strip a, float* b, float* c, in SpectrumLayout layout) =>
        Four(a, b, c, layout, isTransposed: false);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FourTransposed(in Strip a, float* b, float* c, in SpectrumLayout layout) =>
        Four(a, b, c, layout, isTransposed: true);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(in Strip a, float* b, float* c, in SpectrumLayout layout, bool isTransposed)
    {
        if (layout.Panel == T.Count)
        {
            Rows4x1(a, b, c, layout.RowStride, isTransposed);
        }
        else if (T.Count == 16)
        {
            Rows4x2(a, b, c, layout.RowStride, isTransposed);
        }
        else
        {
            Rows2x2(a, b, c, layout.RowStride, isTransposed);
            Rows2x2(a.Down(2), b, c + 2 * layout.RowStride, layout.RowStride, isTransposed);
        }
    }

    /// <summary>4 rows x 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rows4x2(in Strip a, float* b, float* c, nint cStride, bool isTransposed)
    {
        int n = T.Count;
        T r00 = default, i00 = default, r01 = default, i01 = default, r10 = default, i10 = default, r11 = default, i11 = default,
        r20 = default, i20 = default, r21 = default, i21 = default, r30 = default, i30 = default, r31 = default, i31 = default;
        if (isTransposed)
        {
            r00 = T.Load(c);
            i00 = T.Load(c + 2 * n);
            r01 = T.Load(c + n);
            i01 = T.Load(c + 3 * n);
            r10 = T.Load(c + cStride);
            i10 = T.Load(c + cStride + 2 * n);
            r11 = T.Load(c + cStride + n);
            i11 = T.Load(c + cStride + 3 * n);
            r20 = T.Load(c + 2 * cStride);
            i20 = T.Load(c + 2 * cStride + 2 * n);
            r21 = T.Load(c + 2 * cStride + n);
            i21 = T.Load(c + 2 * cStride + 3 * n);
            r30 = T.Load(c + 3 * cStride);
            i30 = T.Load(c + 3 * cStride + 2 * n);
            r31 = T.Load(c + 3 * cStride + n);
            i31 = T.Load(c + 3 * cStride + 3 * n);
        }

        for (int panel = 0; panel < a.Panels; panel++)
        {
            float* at = a.Base + panel * a.PanelStride;
            for (int k = 0; k < a.Depth; k++, at += a.Step, b += 4 * n)
            {
                T br0 = T.Load(b), bi0 = T.Load(b + 2 * n), br1 = T.Load(b + n), bi1 = T.Load(b + 3 * n);
                T x = T.Broadcast(at[0]), y = T.Broadcast(at[a.Imaginary]);
                r00 = Minus(y, bi0, T.Add(x, br0, r00), isTransposed);
                i00 = Minus(y, br0, T.Add(x, bi0, i00), !isTransposed);
                r01 = Minus(y, bi1, T.Add(x, br1, r01), isTransposed);
                i01 = Minus(y, br1, T.Add(x, bi1, i01), !isTransposed);
                x = T.Broadcast(at[a.RowStep]);
                y = T.Broadcast(at[a.RowStep + a.Imaginary]);
                r10 = Minus(y, bi0, T.Add(x, br0, r10), isTransposed);
                i10 = Minus(y, br0, T.Add(x, bi0, i10), !isTransposed);
                r11 = Minus(y, bi1, T.Add(x, br1, r11), isTransposed);
                i11 = Minus(y, br1, T.Add(x, bi1, i11), !isTransposed);
                x = T.Broadcast(at[2 * a.RowStep]);
                y = T.Broadcast(at[2 * a.RowStep + a.Imaginary]);
                r20 = Minus(y, bi0, T.Add(x, br0, r20), isTransposed);
                i20 = Minus(y, br0, T.Add(x, bi0, i20), !isTransposed);
                r21 = Minus(y, bi1, T.Add(x, br1, r21), isTransposed);
                i21 = Minus(y, br1, T.Add(x, bi1, i21), !isTransposed);
                x = T.Broadcast(at[3 * a.RowStep]);
                y = T.Broadcast(at[3 * a.RowStep + a.Imaginary]);
                r30 = Minus(y, bi0, T.Add(x, br0, r30), isTransposed);
                i30 = Minus(y, br0, T.Add(x, bi0, i30), !isTransposed);
                r31 = Minus(y, bi1, T.Add(x, br1, r31), isTransposed);
                i31 = Minus(y, br1, T.Add(x, bi1, i31), !isTransposed);
            }
        }

        r00.Store(c);
        i00.Store(c + 2 * n);
        r01.Store(c + n);
        i01.Store(c + 3 * n);
        r10.Store(c + cStride);
        i10.Store(c + cStride + 2 * n);
        r11.Store(c + cStride + n);
        i11.Store(c + cStride + 3 * n);
        r20.Store(c + 2 * cStride);
        i20.Store(c + 2 * cStride + 2 * n);
        r21.Store(c + 2 * cStride + n);
        i21.Store(c + 2 * cStride + 3 * n);
        r30.Store(c + 3 * cStride);
        i30.Store(c + 3 * cStride + 2 * n);
        r31.Store(c + 3 * cStride + n);
        i31.Store(c + 3 * cStride + 3 * n);
    }

    /// <summary>4 rows x 1 vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rows4x1(in Strip a, float* b, float* c, nint cStride, bool isTransposed)
    {
        int n = T.Count;
        T r00 = default, i00 = default, r10 = default, i10 = default, r20 = default, i20 = default, r30 = default, i30 = default;
        if (isTransposed)
        {
            r00 = T.Load(c);
            i00 = T.Load(c + n);
            r10 = T.Load(c + cStride);
            i10 = T.Load(c + cStride + n);
            r20 = T.Load(c + 2 * cStride);
            i20 = T.Load(c + 2 * cStride + n);
            r30 = T.Load(c + 3 * cStride);
            i30 = T.Load(c + 3 * cStride + n);
        }

        for (int panel = 0; panel < a.Panels; panel++)
        {
            float* at = a.Base + panel * a.PanelStride;
            for (int k = 0; k < a.Depth; k++, at += a.Step, b += 2 * n)
            {
                T br0 = T.Load(b), bi0 = T.Load(b + n);
                T x = T.Broadcast(at[0]), y = T.Broadcast(at[a.Imaginary]);
                r00 = Minus(y, bi0, T.Add(x, br0, r00), isTransposed);
                i00 = Minus(y, br0, T.Add(x, bi0, i00), !isTransposed);
                x = T.Broadcast(at[a.RowStep]);
                y = T.Broadcast(at[a.RowStep + a.Imaginary]);
                r10 = Minus(y, bi0, T.Add(x, br0, r10), isTransposed);
                i10 = Minus(y, br0, T.Add(x, bi0, i10), !isTransposed);
                x = T.Broadcast(at[2 * a.RowStep]);
                y = T.Broadcast(at[2 * a.RowStep + a.Imaginary]);
                r20 = Minus(y, bi0, T.Add(x, br0, r20), isTransposed);
                i20 = Minus(y, br0, T.Add(x, bi0, i20), !isTransposed);
                x = T.Broadcast(at[3 * a.RowStep]);
                y = T.Broadcast(at[3 * a.RowStep + a.Imaginary]);
                r30 = Minus(y, bi0, T.Add(x, br0, r30), isTransposed);
                i30 = Minus(y, br0, T.Add(x, bi0, i30), !isTransposed);
            }
        }

        r00.Store(c);
        i00.Store(c + n);
        r10.Store(c + cStride);
        i10.Store(c + cStride + n);
        r20.Store(c + 2 * cStride);
        i20.Store(c + 2 * cStride + n);
        r30.Store(c + 3 * cStride);
        i30.Store(c + 3 * cStride + n);
    }

    /// <summary>2 rows x 2 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rows2x2(in Strip a, float* b, float* c, nint cStride, bool isTransposed)
    {
        int n = T.Count;
        T r00 = default, i00 = default, r01 = default, i01 = default, r10 = default, i10 = default, r11 = default, i11 = default;
        if (isTransposed)
        {
            r00 = T.Load(c);
            i00 = T.Load(c + 2 * n);
            r01 = T.Load(c + n);
            i01 = T.Load(c + 3 * n);
            r10 = T.Load(c + cStride);
            i10 = T.Load(c + cStride + 2 * n);
            r11 = T.Load(c + cStride + n);
            i11 = T.Load(c + cStride + 3 * n);
        }

        for (int panel = 0; panel < a.Panels; panel++)
        {
            float* at = a.Base + panel * a.PanelStride;
            for (int k = 0; k < a.Depth; k++, at += a.Step, b += 4 * n)
            {
                T br0 = T.Load(b), bi0 = T.Load(b + 2 * n), br1 = T.Load(b + n), bi1 = T.Load(b + 3 * n);
                T x = T.Broadcast(at[0]), y = T.Broadcast(at[a.Imaginary]);
                r00 = Minus(y, bi0, T.Add(x, br0, r00), isTransposed);
                i00 = Minus(y, br0, T.Add(x, bi0, i00), !isTransposed);
                r01 = Minus(y, bi1, T.Add(x, br1, r01), isTransposed);
                i01 = Minus(y, br1, T.Add(x, bi1, i01), !isTransposed);
                x = T.Broadcast(at[a.RowStep]);
                y = T.Broadcast(at[a.RowStep + a.Imaginary]);
                r10 = Minus(y, bi0, T.Add(x, br0, r10), isTransposed);
                i10 = Minus(y, br0, T.Add(x, bi0, i10), !isTransposed);
                r11 = Minus(y, bi1, T.Add(x, br1, r11), isTransposed);
                i11 = Minus(y, br1, T.Add(x, bi1, i11), !isTransposed);
            }
        }

        r00.Store(c);
        i00.Store(c + 2 * n);
        r01.Store(c + n);
        i01.Store(c + 3 * n);
        r10.Store(c + cStride);
        i10.Store(c + cStride + 2 * n);
        r11.Store(c + cStride + n);
        i11.Store(c + cStride + 3 * n);
    }

    /// <summary>c - a b, or c + a b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Minus(T a, T b, T c, bool isPlus) => isPlus ? T.Add(a, b, c) : T.Subtract(a, b, c);

    /// <summary>The left factor's rows: where element (row, k) lies. K runs through panels, each of some depth.</summary>
    private readonly struct Strip(float* start, int panels, nint panelStride, int depth, nint step, nint rowStep, nint imaginary)
    {
        public readonly float* Base = start;
        public readonly int Panels = panels;
        public readonly nint PanelStride = panelStride;
        public readonly int Depth = depth;
        public readonly nint Step = step;
        public readonly nint RowStep = rowStep;
        public readonly nint Imaginary = imaginary;

        public Strip Down(int rows) => new(Base + rows * RowStep, Panels, PanelStride, Depth, Step, RowStep, Imaginary);
    }
}
