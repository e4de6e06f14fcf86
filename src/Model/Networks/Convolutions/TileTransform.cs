namespace ChestXray.Model.Networks.Convolutions;

/// <summary>
/// Fourier transforms of square tiles, one channel in each lane. A tile is its pixels' vectors, row by row.
/// </summary>
internal static unsafe class TileTransform<T, TFourier> where T : struct, ILanes<T> where TFourier : struct, IFourier<T>
{
    /// <summary>Pixels of a tile's side.</summary>
    public static int Side => TFourier.Length;

    /// <summary>Floats of a tile.</summary>
    public static int TileLength => Side * Side * T.Count;

    /// <summary>Floats of scratch that a transform needs.</summary>
    public static int ScratchLength => 2 * Side * T.Count;

    /// <summary>A row of pixels into the tile, transformed along it.</summary>
    /// <param name="from">The first pixel's vector.</param>
    /// <param name="step">Floats from one pixel to the next.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="row">Which row.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public static void Row(float* from, nint step, float* tile, int row, float* scratch)
    {
        float* to = tile + row * Side * T.Count;
        TFourier.RealForward(from, step, to, to + T.Count, 2 * T.Count, isPacked: true, scratch);
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
        int n = T.Count, row = Side * n, half = Side / 2 + 1;
        nint stride = layout.FrequencyStride, panel = layout.Panel;
        RealColumn(tile, row, real, real + panel, stride, scratch);
        RealColumn(tile + n, row, real + half * stride, real + half * stride + panel, stride, scratch);
        for (int column = 1; column < Side / 2; column++)
        {
            float* from = tile + 2 * column * n, to = real + (2 * half + Side * (column - 1)) * stride;
            Complex(from, from + n, row, to, to + panel, stride, scratch);
        }
    }

    /// <summary>
    /// From a spectrum to a tile whose rows are still frequencies; <see cref="RowBack"/> finishes those that are wanted.
    /// </summary>
    public static void ColumnsBack(float* real, in SpectrumLayout layout, float* tile, float* scratch)
    {
        int n = T.Count, row = Side * n, half = Side / 2 + 1;
        nint stride = layout.FrequencyStride, panel = layout.Panel;
        RealColumnBack(real, real + panel, stride, tile, row, scratch);
        RealColumnBack(real + half * stride, real + half * stride + panel, stride, tile + n, row, scratch);
        for (int column = 1; column < Side / 2; column++)
        {
            float* from = real + (2 * half + Side * (column - 1)) * stride, to = tile + 2 * column * n;
            Complex(from + panel, from, stride, to + n, to, row, scratch);
        }
    }

    /// <summary>A row's pixels, too large by the tile's number of pixels.</summary>
    public static void RowBack(float* tile, int row, float* to, float* scratch)
    {
        float* from = tile + row * Side * T.Count;
        TFourier.RealInverse(from, from + T.Count, 2 * T.Count, isPacked: true, to, T.Count, scratch);
    }

    private static void RealColumn(float* from, nint step, float* real, float* imaginary, nint stride, float* scratch) =>
        TFourier.RealForward(from, step, real, imaginary, stride, isPacked: false, scratch);

    private static void RealColumnBack(float* real, float* imaginary, nint stride, float* to, nint step, float* scratch) =>
        TFourier.RealInverse(real, imaginary, stride, isPacked: false, to, step, scratch);

    private static void Complex(float* real, float* imaginary, nint stride, float* toReal, float* toImaginary, nint toStride,
        float* scratch) =>
        TFourier.Complex(real, imaginary, stride, toReal, toImaginary, toStride, scratch);
}
