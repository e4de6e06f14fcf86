using System.Runtime.CompilerServices;

namespace ChestXray.Model.Networks.Convolutions;

/// <summary>Fourier transforms of 16 x 16 tiles, one channel in each lane. A tile is 256 vectors, row by row.</summary>
internal static unsafe class TileTransform<T> where T : struct, ILanes<T>
{
    public const int Side = 16;

    /// <summary>Floats of a tile.</summary>
    public static int TileLength => Side * Side * T.Count;

    /// <summary>Floats of scratch that a transform needs.</summary>
    public static int ScratchLength => 2 * Side * T.Count;

    /// <summary>A row of 16 pixels into the tile, transformed along it.</summary>
    /// <param name="from">The first pixel's vector.</param>
    /// <param name="step">Floats from one pixel to the next.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="row">Which row.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Row(float* from, nint step, float* tile, int row)
    {
        float* to = tile + row * Side * T.Count;
        Fourier16<T>.RealForward(from, step, to, to + T.Count, 2 * T.Count, isPacked: true);
    }

    /// <summary>A row of zeros.</summary>
    public static void ZeroRow(float* tile, int row) => new Span<float>(tile + row * Side * T.Count, Side * T.Count).Clear();

    /// <summary>The columns of a tile whose rows are transformed, into a spectrum.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="real">Frequency 0's real parts.</param>
    /// <param name="layout">The spectrum's layout.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public static void Columns(float* tile, float* real, in SpectrumLayout layout, float* scratch)
    {
        int n = T.Count, row = Side * n;
        nint stride = layout.FrequencyStride, panel = layout.Panel;
        RealColumn(tile, row, real, real + panel, stride);
        RealColumn(tile + n, row, real + 9 * stride, real + 9 * stride + panel, stride);
        for (int column = 1; column < 8; column++)
        {
            float* from = tile + 2 * column * n, to = real + (18 + 16 * (column - 1)) * stride;
            Complex(from, from + n, row, to, to + panel, stride, scratch);
        }
    }

    /// <summary>
    /// From a spectrum to a tile whose rows are still frequencies; <see cref="RowBack"/> finishes those that are wanted.
    /// </summary>
    public static void ColumnsBack(float* real, in SpectrumLayout layout, float* tile, float* scratch)
    {
        int n = T.Count, row = Side * n;
        nint stride = layout.FrequencyStride, panel = layout.Panel;
        RealColumnBack(real, real + panel, stride, tile, row);
        RealColumnBack(real + 9 * stride, real + 9 * stride + panel, stride, tile + n, row);
        for (int column = 1; column < 8; column++)
        {
            float* from = real + (18 + 16 * (column - 1)) * stride, to = tile + 2 * column * n;
            Complex(from + panel, from, stride, to + n, to, row, scratch);
        }
    }

    /// <summary>A row's 16 pixels, 256 times too large.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RowBack(float* tile, int row, float* to)
    {
        float* from = tile + row * Side * T.Count;
        Fourier16<T>.RealInverse(from, from + T.Count, 2 * T.Count, isPacked: true, to, T.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RealColumn(float* from, nint step, float* real, float* imaginary, nint stride) =>
        Fourier16<T>.RealForward(from, step, real, imaginary, stride, isPacked: false);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RealColumnBack(float* real, float* imaginary, nint stride, float* to, nint step) =>
        Fourier16<T>.RealInverse(real, imaginary, stride, isPacked: false, to, step);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Complex(float* real, float* imaginary, nint stride, float* toReal, float* toImaginary, nint toStride,
        float* scratch) =>
        Fourier16<T>.Complex(real, imaginary, stride, toReal, toImaginary, toStride, scratch);
}
