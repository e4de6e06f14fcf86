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
        float* middle = real + half * stride;
        TFourier.RealForward(tile, row, real, real + panel, stride, isPacked: false, scratch);
        TFourier.RealForward(tile + n, row, middle, middle + panel, stride, isPacked: false, scratch);
        for (int column = 1; column < Side / 2; column++)
        {
            float* from = tile + 2 * column * n, to = real + (2 * half + Side * (column - 1)) * stride;
            TFourier.Complex(from, from + n, row, to, to + panel, stride, scratch);
        }
    }

    /// <summary>
    /// From a spectrum to a tile whose rows are still frequencies; <see cref="RowBack"/> finishes those that are wanted.
    /// </summary>
    public static void ColumnsBack(float* real, in SpectrumLayout layout, float* tile, float* scratch)
    {
        int n = T.Count, row = Side * n, half = Side / 2 + 1;
        nint stride = layout.FrequencyStride, panel = layout.Panel;
        float* middle = real + half * stride;
        TFourier.RealInverse(real, real + panel, stride, isPacked: false, tile, row, scratch);
        TFourier.RealInverse(middle, middle + panel, stride, isPacked: false, tile + n, row, scratch);
        for (int column = 1; column < Side / 2; column++)
        {
            float* from = real + (2 * half + Side * (column - 1)) * stride, to = tile + 2 * column * n;
            TFourier.Complex(from + panel, from, stride, to + n, to, row, scratch);
        }
    }

    /// <summary>A row's pixels, too large by the tile's number of pixels.</summary>
    public static void RowBack(float* tile, int row, float* to, float* scratch)
    {
        float* from = tile + row * Side * T.Count;
        TFourier.RealInverse(from, from + T.Count, 2 * T.Count, isPacked: true, to, T.Count, scratch);
    }
}
